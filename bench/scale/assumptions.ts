import type { Assumptions } from "./needs.ts";

/** The loads that the page computes. */
export const LOADS = [1e6, 1e9] as const;

/** What the page assumes, beside the load. */
export const usual: Omit<Assumptions, "conversationsPerDay"> = {
  turnsPerConversation: 5,
  callsPerTurn: 3,
  secondsPerCall: 3,
  peakFactor: 3,
  utilisation: 0.6,
  retentionDays: 30,
  runsPerWorker: 500,
  connectionsPerWorker: 10,
  perServer: { cores: 32, transactions: 20_000, storedBytes: 8e12, connections: 2_000 },
};

/** What each assumption means, as the page says it. */
export const meanings: readonly (readonly [name: string, value: string, why: string])[] = [
  ["`turnsPerConversation`", `${usual.turnsPerConversation}`, "what a user says, and the run that answers it"],
  ["`callsPerTurn`", `${usual.callsPerTurn}`, "two handoffs, or a handoff and a tool"],
  ["`secondsPerCall`", `${usual.secondsPerCall}`, "a model's answer, whole"],
  ["`peakFactor`", `${usual.peakFactor}`, "the busiest moment over the mean of the day"],
  ["`utilisation`", `${usual.utilisation}`, "the share of each core that is used at the busiest moment"],
  ["`retentionDays`", `${usual.retentionDays}`, "what `prune` leaves"],
  ["`runsPerWorker`", `${usual.runsPerWorker}`, "runs under way in one process, nearly all of which wait for a model"],
  ["`connectionsPerWorker`", `${usual.connectionsPerWorker}`, "node-postgres' own default"],
  ["`perServer.cores`", `${usual.perServer.cores}`, "a large server, or node of Restate"],
  [
    "`perServer.transactions`",
    `${usual.perServer.transactions.toLocaleString("en-US")}`,
    "commits a second that wait for a fast disk",
  ],
  ["`perServer.storedBytes`", "8 TB", "what can still be backed up and restored in hours"],
  [
    "`perServer.connections`",
    `${usual.perServer.connections.toLocaleString("en-US")}`,
    "behind a pooler; without one some hundreds",
  ],
];
