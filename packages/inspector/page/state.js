/** Events of a run, one by one, into what the page shows. Pure: no clock, no DOM, nothing changed in place. */

import { reduceChat } from "./chat-state.js";
import { reduceTimeline } from "./timeline-state.js";

/** The view before anything has happened. `header` is a recording's. */
export function initialView(header = {}) {
  const agents = (header.agents ?? []).map(({ name }) => name);
  return {
    status: "idle",
    entry: header.entry,
    /** Agents in the order of the definition, then of their coming. */
    agents,
    statuses: Object.fromEntries(agents.map((name) => [name, "idle"])),
    active: undefined,
    /** Agents that have worked in this turn. */
    visited: [],
    /** By `from→to`: how often a handoff was taken and refused in this turn, and what came last. */
    edges: {},
    chat: [],
    timeline: { base: undefined, now: 0, spans: [], hops: [] },
    tokens: [],
    checkpoints: [],
    interrupts: [],
    values: undefined,
    handoffs: 0,
    error: undefined,
    /** What a screen reader is told. */
    said: "",
  };
}

/** The view after one more event. */
export function reduce(view, event) {
  const known = withAgents(view, [event.agent, event.from, event.type === "handoff.done" ? event.to : undefined]);
  const next = { ...known, ...changes(known, event) };
  return { ...next, chat: reduceChat(next.chat, event), timeline: reduceTimeline(next.timeline, event) };
}

/** The view after many events. */
export function reduceAll(view, events) {
  return events.reduce(reduce, view);
}

/** The view of a run that ended without saying so: it was stopped, or the connection broke. */
export function cutOff(view) {
  const { now, spans } = view.timeline;
  return {
    ...view,
    status: "stopped",
    said: "The run was stopped.",
    statuses: Object.fromEntries(
      Object.entries(view.statuses).map(([name, status]) => [name, status === "working" ? "failed" : status]),
    ),
    chat: view.chat.map((item) => {
      if (item.isOpen) return { ...item, isOpen: false, isCut: true };
      return item.status === "running" ? { ...item, status: "stopped" } : item;
    }),
    timeline: { ...view.timeline, spans: spans.map((span) => ({ ...span, end: span.end ?? now })) },
  };
}

/** An edge's name, as the drawing has it. */
export function edgeKey(from, to) {
  return `${from}→${to}`;
}

function changes(view, event) {
  switch (event.type) {
    case "run.started":
      return {
        status: "running",
        interrupts: [],
        error: undefined,
        said: "The swarm is working.",
        ...(event.resumed ? { statuses: answered(view) } : { visited: [], edges: {}, statuses: allIdle(view) }),
      };
    case "agent.started":
      return {
        active: event.agent,
        visited: view.visited.includes(event.agent) ? view.visited : [...view.visited, event.agent],
        statuses: { ...view.statuses, [event.agent]: "working" },
        said: `${event.agent} is working.`,
      };
    case "agent.done":
      return { statuses: { ...view.statuses, [event.agent]: "done" } };
    case "agent.error":
      return { statuses: { ...view.statuses, [event.agent]: "failed" } };
    case "handoff.done":
      return {
        active: event.to,
        handoffs: view.handoffs + 1,
        edges: withEdge(view.edges, event, "taken"),
        said: `${event.from} handed off to ${event.to}.`,
      };
    case "handoff.returned":
      return { edges: withEdge(view.edges, event, "taken"), said: `${event.from} answered ${event.to}.` };
    case "handoff.refused":
      return {
        edges: withEdge(view.edges, event, "refused"),
        said: `The handoff from ${event.from} to ${event.to} was refused.`,
      };
    case "approval.requested":
      return { statuses: { ...view.statuses, [event.agent]: "waiting" } };
    case "usage":
      return { tokens: withUsage(view.tokens, event) };
    case "state.checkpoint":
      return { checkpoints: withCheckpoint(view.checkpoints, event) };
    case "run.interrupted":
      return {
        status: "waiting",
        interrupts: event.interrupts,
        values: event.values,
        active: event.lastAgent ?? view.active,
        statuses: waiting(view, event),
        said: "The run waits for you.",
      };
    case "run.done":
      return {
        status: "done",
        values: event.values,
        active: event.lastAgent ?? view.active,
        said: "The run is done.",
      };
    case "run.error":
      return {
        status: "failed",
        error: { code: event.code, message: event.message },
        said: `The run failed: ${event.message}`,
      };
    default:
      return {};
  }
}

/** Agents that the header does not name: a recording may be of a swarm without a definition. */
function withAgents(view, names) {
  const fresh = names.filter((name) => typeof name === "string" && !view.agents.includes(name));
  if (fresh.length === 0) return view;
  const agents = [...new Set([...view.agents, ...fresh])];
  return { ...view, agents, statuses: Object.fromEntries(agents.map((name) => [name, view.statuses[name] ?? "idle"])) };
}

function allIdle(view) {
  return Object.fromEntries(view.agents.map((name) => [name, "idle"]));
}

/** Nobody waits any more once the answer is there. */
function answered({ statuses }) {
  const entries = Object.entries(statuses).map(([name, status]) => [name, status === "waiting" ? "done" : status]);
  return Object.fromEntries(entries);
}

/** Who made the request of an interrupt waits, whatever has been said of it since. */
function waiting(view, { interrupts, lastAgent }) {
  const names = interrupts.map(({ value }) => value?.agent ?? value?.from ?? lastAgent);
  const known = names.filter((name) => view.agents.includes(name));
  return { ...view.statuses, ...Object.fromEntries(known.map((name) => [name, "waiting"])) };
}

function withEdge(edges, { from, to }, last) {
  const key = edgeKey(from, to);
  const { taken = 0, refused = 0 } = edges[key] ?? {};
  const count = last === "taken" ? { taken: taken + 1, refused } : { taken, refused: refused + 1 };
  return { ...edges, [key]: { from, to, ...count, last } };
}

function withUsage(rows, { agent = "", model = "", tokens }) {
  const index = rows.findIndex((row) => row.agent === agent && row.model === model);
  const row = rows[index] ?? { agent, model, calls: 0, input: 0, output: 0, total: 0 };
  const counted = {
    ...row,
    calls: row.calls + 1,
    input: row.input + tokens.input,
    output: row.output + tokens.output,
    total: row.total + tokens.total,
  };
  return index === -1 ? [...rows, counted] : rows.with(index, counted);
}

/** A resumed run tells again where it goes on from. */
function withCheckpoint(checkpoints, { id, parent, step, next, ts }) {
  const isKnown = checkpoints.some((checkpoint) => checkpoint.id === id);
  return isKnown ? checkpoints : [...checkpoints, { id, parent, step, next, ts }];
}
