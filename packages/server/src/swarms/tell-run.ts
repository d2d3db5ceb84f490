import { swarmEvents } from "swarmgraph";
import type { EventSink, SwarmEvent, SwarmEventOf, SwarmEventsConfig } from "swarmgraph";
import type { HostedSwarm, RunPlace } from "./hosted-swarm.ts";
import { asTold, withCause, withoutRefused } from "./publish-run.ts";
import type { PublishRun } from "./publish-run.ts";
import { refusalOf } from "./refusals.ts";

/** One run, as {@link tellRun} takes it. */
export interface ServedRun {
  readonly swarm: HostedSwarm;
  readonly place: RunPlace;
  readonly tenant: string;
  /** Messages, or a `Command` that answers what the thread waits for. */
  readonly input: unknown;
  /** The thread's id as the client knows it. */
  readonly threadId?: string | undefined;
  readonly signal: AbortSignal;
  /** `context`, `runId` and the like. */
  readonly config?: SwarmEventsConfig | undefined;
  readonly publish?: PublishRun | undefined;
  /** What the run is held as where it waits and no checkpointer keeps it; given the calls that its client is to run. */
  readonly waitsAs: (callIds: readonly string[]) => string | undefined;
}

/**
 * A run's events as a client may see them: with its own id of the thread, and without messages of errors that are not
 * ours. What fails before anything happened is thrown before the first event, so that it can be an ordinary answer; a later
 * failure is told as `run.error`, then thrown.
 *
 * @throws MistralError from the loop.
 */
export async function* tellRun(run: ServedRun): AsyncGenerator<SwarmEvent, void> {
  const { swarm, place, input, threadId, signal } = run;
  const configurable = { ...run.config?.configurable, thread_id: place.key };
  const config = { ...run.config, configurable, signal, publish: sinksOf(run) };
  const callIds: string[] = [];
  let started: SwarmEvent | undefined;
  let failure: SwarmEventOf<"run.error"> | undefined;
  let isSettled = false;
  try {
    for await (const told of swarmEvents(place.graph, input as never, config)) {
      const event = asTold(told, threadId);
      if (event.type === "run.error") {
        failure = event;
        continue;
      }
      if (event.type === "run.started") {
        started = event;
        continue;
      }
      if (event.type === "approval.requested" && event.needs === "result") callIds.push(event.callId);
      if (event.type === "run.interrupted" || event.type === "run.done") {
        // Before the client hears of it: its next request may come at once.
        isSettled = true;
        const waitsAs = event.type === "run.done" ? undefined : run.waitsAs(callIds);
        await swarm.settle(place, { waitsAs, failed: false });
      }
      if (started !== undefined) yield started;
      started = undefined;
      yield event;
    }
  } catch (error) {
    const refusal = refusalOf(error, signal);
    if (started === undefined && failure !== undefined) {
      const code = signal.aborted ? refusal.code.toUpperCase() : failure.code;
      yield { ...failure, message: refusal.message, code };
    }
    throw refusal;
  } finally {
    if (!isSettled) await swarm.settle(place, { failed: true });
  }
}

/** Who else is told of the run: those who follow the swarm, and whoever the server publishes to. */
function sinksOf({ swarm, tenant, threadId, signal, publish }: ServedRun): EventSink[] {
  const run = { swarm: swarm.name, tenant };
  const follow: EventSink = (event) =>
    swarm.feed.publish({ tenant, event: withCause(asTold(event, threadId), signal) });
  const watch: EventSink = (event) => publish?.(withCause(event, signal), run);
  return [withoutRefused(follow), withoutRefused(watch)];
}
