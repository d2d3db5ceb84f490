import type { Cost, ServerCosts } from "./scale-run.ts";

/** What was measured of one way to run: costs of a turn by its model calls. */
export interface Figures {
  /** Milliseconds of a worker's CPU time. */
  readonly workerCpuMs: Cost;
  /** What the server beside the workers does: CPU time, transactions, bytes. */
  readonly server: ServerCosts;
}

/** What nobody has measured here, each with its name. */
export interface Assumptions {
  readonly conversationsPerDay: number;
  readonly turnsPerConversation: number;
  readonly callsPerTurn: number;
  /** How long a model takes to answer. */
  readonly secondsPerCall: number;
  /** How much more there is at the busiest moment than in the mean of a day. */
  readonly peakFactor: number;
  /** The share of a core that is to be used at the busiest moment. */
  readonly utilisation: number;
  /** For how many days what a run has stored is kept. */
  readonly retentionDays: number;
  /** Runs that a worker process may have under way. */
  readonly runsPerWorker: number;
  readonly connectionsPerWorker: number;
  /** What one server is trusted with. */
  readonly perServer: ServerLimits;
}

/** What one database server, or one node of an engine, is trusted with. */
export interface ServerLimits {
  readonly cores: number;
  /** Transactions a second. */
  readonly transactions: number;
  readonly storedBytes: number;
  readonly connections: number;
}

/** A rate in the mean of a day and at its busiest moment, each second. */
export interface Rate {
  readonly mean: number;
  readonly peak: number;
}

/** What so many conversations need. */
export interface Needs {
  readonly conversations: Rate;
  readonly turns: Rate;
  readonly modelCalls: Rate;
  /** Runs under way at the busiest moment: nearly all of them wait for a model. */
  readonly runsAtOnce: number;
  readonly workerCores: number;
  /** Processes: each uses one core, and has so many runs under way at most. */
  readonly workers: number;
  readonly transactions: Rate;
  readonly walBytesPerDay: number;
  readonly storedBytesPerDay: number;
  readonly storedBytesRetained: number;
  readonly serverCores: number;
  readonly connections: number;
  /** Servers, or partitions of the threads over them. */
  readonly servers: number;
  /** What asks for so many servers. */
  readonly boundBy: keyof ServerLimits;
}

const SECONDS_PER_DAY = 86_400;

/**
 * What so many conversations a day need. Rates, bytes and cores grow with the conversations in proportion; processes and
 * servers are whole.
 *
 * @throws RangeError for an assumption that is no positive number, or a utilisation above 1.
 */
export function needs({ workerCpuMs, server }: Figures, given: Assumptions): Needs {
  assertAssumptions(given);
  const { callsPerTurn, utilisation, peakFactor } = given;
  const rate = (mean: number): Rate => ({ mean, peak: mean * peakFactor });
  const conversations = rate(given.conversationsPerDay / SECONDS_PER_DAY);
  const turns = rate(conversations.mean * given.turnsPerConversation);
  const modelCalls = rate(turns.mean * callsPerTurn);
  const perTurn = ({ perTurn: base, perCall }: Cost) => base + perCall * callsPerTurn;
  const cores = (cost: Cost) => (turns.peak * perTurn(cost)) / 1_000 / utilisation;
  const daily = (cost: Cost) => turns.mean * SECONDS_PER_DAY * perTurn(cost);
  const runsAtOnce = modelCalls.peak * given.secondsPerCall;
  const workerCores = cores(workerCpuMs);
  const workers = Math.max(1, Math.ceil(workerCores), Math.ceil(runsAtOnce / given.runsPerWorker));
  const transactions = rate(turns.mean * perTurn(server.transactions));
  const storedBytesPerDay = daily(server.storedBytes);
  const asked: ServerLimits = {
    cores: cores(server.cpuMs),
    transactions: transactions.peak,
    storedBytes: storedBytesPerDay * given.retentionDays,
    connections: workers * given.connectionsPerWorker,
  };
  const { servers, boundBy } = serversFor(asked, given.perServer);
  return {
    conversations,
    turns,
    modelCalls,
    runsAtOnce,
    workerCores,
    workers,
    transactions,
    walBytesPerDay: daily(server.walBytes),
    storedBytesPerDay,
    storedBytesRetained: asked.storedBytes,
    serverCores: asked.cores,
    connections: asked.connections,
    servers,
    boundBy,
  };
}

function serversFor(asked: ServerLimits, limits: ServerLimits): { servers: number; boundBy: keyof ServerLimits } {
  let [most, boundBy]: [number, keyof ServerLimits] = [0, "cores"];
  for (const name of Object.keys(limits) as (keyof ServerLimits)[]) {
    const share = asked[name] / limits[name];
    if (share > most) [most, boundBy] = [share, name];
  }
  return { servers: Math.max(1, Math.ceil(most)), boundBy };
}

/** The most conversations a day that one server takes, by what ends them. Infinite where nothing of it was measured. */
export function ceilings(figures: Figures, given: Assumptions): Readonly<Record<keyof ServerLimits, number>> {
  // Far above what one process takes, so that whole workers weigh nothing.
  const conversationsPerDay = 1e12;
  const { serverCores, transactions, storedBytesRetained, connections } = needs(figures, {
    ...given,
    conversationsPerDay,
  });
  const { perServer } = given;
  const at = (limit: number, asked: number) =>
    asked === 0 ? Number.POSITIVE_INFINITY : (conversationsPerDay * limit) / asked;
  return {
    cores: at(perServer.cores, serverCores),
    transactions: at(perServer.transactions, transactions.peak),
    storedBytes: at(perServer.storedBytes, storedBytesRetained),
    connections: at(perServer.connections, connections),
  };
}

function assertAssumptions({ perServer, ...rest }: Assumptions): void {
  for (const [name, value] of [...Object.entries(rest), ...Object.entries(perServer)] as [string, number][]) {
    if (!(value >= 0) || !Number.isFinite(value))
      throw new RangeError(`${name} is ${value}: give a number of 0 or more.`);
  }
  const { utilisation, runsPerWorker } = rest;
  if (!(utilisation > 0 && utilisation <= 1)) {
    throw new RangeError(`utilisation is ${utilisation}: give a share above 0, up to 1.`);
  }
  if (!(runsPerWorker >= 1)) throw new RangeError(`runsPerWorker is ${runsPerWorker}: a worker runs one at least.`);
  for (const [name, value] of Object.entries(perServer)) {
    if (value === 0) throw new RangeError(`perServer.${name} is 0: a server takes something.`);
  }
}
