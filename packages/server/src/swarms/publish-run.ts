import type { EventSink, SwarmEvent } from "swarmgraph";
import { failureOf, stoppedError } from "../wire/failures.ts";

/** A swarm's run on the server, as those are told who watch it. */
export interface WatchedRun {
  readonly swarm: string;
  /** Whose it is; empty for those who came in with a key, or from this machine. */
  readonly tenant: string;
}

/** Takes each event of each run of the server's swarms: with the checkpointer's `thread_id`, and errors' own words. */
export type PublishRun = (event: SwarmEvent, run: WatchedRun) => void | Promise<void>;

/** A sink that is not told of requests that were refused before anything happened, as of a thread that is at work. */
export function withoutRefused(sink: EventSink): EventSink {
  let started: SwarmEvent | undefined;
  return (event) => {
    if (event.type === "run.started") {
      started = event;
      return;
    }
    const first = started;
    started = undefined;
    if (first === undefined) return sink(event);
    if (event.type === "run.error") return;
    const told = sink(first);
    return told === undefined ? sink(event) : told.then(() => sink(event));
  };
}

/** Names what ended a run from outside: its client left, or the server stops. */
export function withCause(event: SwarmEvent, signal: AbortSignal): SwarmEvent {
  if (event.type !== "run.error" || !signal.aborted) return event;
  const { code, message } = stoppedError(signal);
  return { ...event, code: code.toUpperCase(), message };
}

/** An event as its client may see it: with the client's own id of the thread, and without messages of errors. */
export function asTold(event: SwarmEvent, threadId: string | undefined): SwarmEvent {
  const { threadId: _key, ...rest } = event;
  const told = (threadId === undefined ? rest : { ...rest, threadId }) as SwarmEvent;
  // Messages of others may hold keys, addresses or a stack.
  return told.type === "run.error" ? { ...told, message: failureOf(told.code).message } : told;
}
