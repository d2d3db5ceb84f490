/** Runs as the feed tells them, by their threads. Pure. */

import { cutOff, initialView, reduce } from "./state.js";

/** Threads that are kept, and events of each: the page may be open for long. */
const THREADS = 20;
const EVENTS = 5_000;

/** The runs after one more event, the one that began last first. `header` is the swarm's. */
export function reduceRuns(runs, event, header) {
  const key = event.threadId ?? event.runId;
  const known = runs.find((run) => run.key === key) ?? {
    key,
    threadId: event.threadId,
    events: [],
    view: initialView(header),
  };
  const run = {
    ...known,
    runId: event.runId,
    events: [...known.events, event].slice(-EVENTS),
    view: reduce(known.view, event),
  };
  if (event.type !== "run.started" && known.events.length > 0) return runs.map((one) => (one === known ? run : one));
  return [run, ...runs.filter((one) => one !== known)].slice(0, THREADS);
}

/** The runs once nobody tells any more how those under way go on. */
export function cutRuns(runs) {
  return runs.map((run) => (run.view.status === "running" ? { ...run, view: cutOff(run.view) } : run));
}

/** A run in a few words: what was asked, and how it stands. */
export function nameOf({ key, events, view }) {
  const asked = events.findLast(({ type, input }) => type === "run.started" && input !== undefined)?.input;
  return `${asked ?? key} (${[view.status, view.active].filter(Boolean).join(", ")})`;
}
