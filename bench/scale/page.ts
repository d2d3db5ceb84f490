import { figure, markdownTable } from "../report/table.ts";
import { meanings } from "./assumptions.ts";
import { IN_FLIGHT, LONG, SHORT, THREADS, WORKERS } from "./cells.ts";
import { ceilingTable, needsTable } from "./needs-tables.ts";
import { valuesOf } from "./scale-run.ts";
import type { ScaleRun } from "./scale-run.ts";
import { medianOf, ratioOf } from "./shown.ts";
import { backendNames, countTable, stepTable } from "./step-tables.ts";

/** `docs/scale.md`: nothing in it is typed by hand. */
export function scalePage(run: ScaleRun): string {
  const sections = [
    "# Scale",
    "<!-- Written by `pnpm scale`. Edits are lost with the next run. -->",
    "How many runs a second there are with more workers and with more threads, what it costs that a step survives its process, and what a million and a billion conversations a day would need. Models answer at once: what is seen is the cost around them.",
    circumstances(run),
    "## A durable step against a plain one",
    `A run of ${SHORT} handoff and one of ${LONG} handoffs in turn, one at a time, each on a new thread; their difference is the cost of a step: a model call, its handoff, and what keeps both. \`× plain\` is over a swarm without a checkpointer in the same round and on the same Node, in CPU time of the worker; the median of the rounds, and the lowest and highest. CPU time of the server is not in it: that is below. Milliseconds are of this machine.`,
    stepTable(run),
    STEPS_TEXT,
    "## Runs a second against workers",
    `Worker processes on one PostgreSQL on the same machine, each with ${IN_FLIGHT} runs under way at any moment, of ${SHORT} handoff each on new threads. \`× one\` is over one worker in the same round. Workers, database and whatever else there is share the machine's cores, so that once they are busy more workers bring nothing: what a run costs tells how many cores are needed, not this table.`,
    workerTable(run),
    "## Runs a second against threads",
    `The next turn on threads that are stored, ${IN_FLIGHT} at any moment, one worker on PostgreSQL with the saver and its thread lock. \`× ten\` is over a database of ten threads in the same round. A thread is found by its key, so that what is left to matter is the memory: each cell begins on a copy that nobody has read yet, and ten thousand threads are more than the 128 MB of buffers that PostgreSQL takes unless it is told otherwise. The ten hold some turns more by the end, which their runs read.`,
    threadTable(run),
    "## What the server does for it",
    "What the database has counted, and the CPU time of all its processes. A call more is a model call with its handoff; a turn is what is there beside the calls. What DBOS asks its queue while nothing happens is in it.",
    countTable(run),
    "## What so many conversations a day need",
    "Computed from the figures above by [`needs`](../bench/scale/needs.ts), a pure function, and from what is assumed:",
    markdownTable([["Assumed", "value", "what it means"], ...meanings]),
    needsTable(run),
    "Nearly all of the runs at once wait for a model; a model's own limits, and its price, come long before any of this.",
    "## Where one PostgreSQL ends",
    "The most conversations a day that one server takes under these assumptions, by what ends them:",
    ceilingTable(run),
    WHERE_IT_ENDS,
    "## Limits, said plainly",
    limits(),
    "## How it is measured",
    `Each cell is measured in processes of its own on built code. The cells take turns, round by round, so that a busy minute of the machine meets all of them; ratios are made within a round. PostgreSQL and Restate run on the same machine with their usual settings: each commit waits for the disk. \`pnpm scale\` measures anew and writes this page and \`bench/scale.json\`; \`pnpm scale --page\` writes the page again.`,
    ...skips(run),
  ];
  return `${sections.join("\n\n")}\n`;
}

function circumstances({ date, machine, load, rounds, versions }: ScaleRun): string {
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${date}, ${rounds.length} round${rounds.length === 1 ? "" : "s"}, of which some may hold a part of the cells. ${machine}.`,
    ...(load === undefined ? [] : [`**${load}**`]),
    `Versions: ${list.join(", ")}.`,
  ].join("\n\n");
}

function workerTable(run: ScaleRun): string {
  const rows = (["postgres", "dbos"] as const).flatMap((backend) =>
    WORKERS.map((workers) => {
      const cell = `workers/${backend}/${workers}`;
      return [
        `${backendNames[backend]}, ${workers}`,
        ratioOf(run, "runsPerSecond", [cell, `workers/${backend}/1`]),
        figure(medianOf(valuesOf(run, cell, "runsPerSecond"))),
        figure(medianOf(valuesOf(run, cell, "cpuMsPerRun"))),
      ];
    }),
  );
  return markdownTable([["Workers", "× one", "runs a second", "CPU ms of a worker, a run"], ...rows]);
}

function threadTable(run: ScaleRun): string {
  const rows = THREADS.map((threads) => {
    const cell = `threads/${threads}`;
    return [
      threads.toLocaleString("en-US"),
      ratioOf(run, "runsPerSecond", [cell, `threads/${THREADS[0]}`]),
      figure(medianOf(valuesOf(run, cell, "runsPerSecond"))),
      figure(medianOf(valuesOf(run, cell, "cpuMsPerRun"))),
    ];
  });
  return markdownTable([["Threads", "× ten", "runs a second", "CPU ms of the worker, a run"], ...rows]);
}

const STEPS_TEXT = [
  'With a checkpointer a step is kept before the next one begins (`durability: "sync"`). A swarm without one runs without',
  "LangGraph's engine, which is a part of the distance. DBOS and Restate keep steps in a journal, and write the thread once,",
  "at the end of its run. DBOS looks at its queue ten times a second here, which is most of what a short run lasts. Workers of",
  "both are their own callers, which is in their CPU time.",
].join(" ");

const WHERE_IT_ENDS = [
  "Beyond the lowest of these the threads have to be sharded:",
  [
    "- **By the thread's id**, over databases. Nothing of a run crosses threads: its checkpoints, its messages, its lease and its fencing token are rows of that one thread, so that a hash of the id names the database and no transaction spans two. A worker holds a saver, and its pool, for each shard that it serves; let each worker serve one shard, or connections multiply.",
    "- **A DBOS engine has one database**: one process runs one engine, so a shard is a database with workers of its own, and the caller picks the shard. A model's rate limit (`modelLimits`) then counts within a shard.",
    "- **Restate shards by itself**: threads are keys, keys belong to partitions, and partitions to nodes. The number of partitions is chosen when the cluster is made.",
    "- **What stays one thing**: whatever lists or searches across threads, and limits over all users. Neither is this library's.",
  ].join("\n"),
].join("\n\n");

function limits(): string {
  return [
    "- **One machine, no network.** Workers reach their database over loopback. Between machines a step is longer by its round trips, which cost no CPU time, so that more runs are under way and as many cores do.",
    "- **A backlog waits.** Runs that begin in one process at the same moment share the ten connections of a saver of `fromConnString`, and each waits for its turn as long as the server answers. Bound the runs that a worker has under way, by the proxy or a queue, or give the saver a larger pool of your own: all of them take longer, and none fails. A pool of your own with `connectionTimeoutMillis` fails those that wait longer than that.",
    "- **No replicas.** A standby that confirms each commit adds its round trip to a transaction; Restate on one node keeps one copy. Three nodes are the least that survives one.",
    "- **Proportion is assumed, not shown,** beyond what was measured: nobody has run a billion conversations a day on this.",
  ].join("\n");
}

function skips({ skipped }: ScaleRun): string[] {
  const entries = Object.entries(skipped);
  if (entries.length === 0) return [];
  return ["## Not measured", entries.map(([cell, reason]) => `- \`${cell}\`: ${reason}`).join("\n")];
}
