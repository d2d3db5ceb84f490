import type { RecordingHeader, SwarmEvent } from "swarmgraph";

export function parseRecording(text: string): {
  readonly header: RecordingHeader;
  readonly events: readonly SwarmEvent[];
};
export function toRecording(header: RecordingHeader, events: readonly SwarmEvent[]): string;
