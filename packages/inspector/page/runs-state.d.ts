import type { RecordingHeader, SwarmEvent } from "swarmgraph";
import type { View } from "./state.js";

/** What the feed told of one thread, or of a run without one. */
export interface FollowedRun {
  readonly key: string;
  readonly threadId: string | undefined;
  /** Its newest run. */
  readonly runId: string;
  readonly events: readonly SwarmEvent[];
  readonly view: View;
}

export function reduceRuns(
  runs: readonly FollowedRun[],
  event: SwarmEvent,
  header?: Partial<RecordingHeader>,
): readonly FollowedRun[];
export function cutRuns(runs: readonly FollowedRun[]): readonly FollowedRun[];
export function nameOf(run: FollowedRun): string;
