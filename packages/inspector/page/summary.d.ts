import type { SwarmEvent } from "swarmgraph";

export function summaryOf(event: SwarmEvent): unknown;
