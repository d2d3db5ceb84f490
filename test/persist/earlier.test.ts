import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
import pg from "pg";
import { appendMessages } from "swarmgraph";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { dump } from "./dump.ts";
import { countCheckpoints } from "./savers.ts";
import type { Saver } from "./savers.ts";
import { upstreamSaver } from "./upstream.ts";

const thread = { configurable: { thread_id: "t" } };

const State = Annotation.Root({
  messages: Annotation<BaseMessage[], BaseMessage[]>({ reducer: appendMessages, default: () => [] }),
});

/** A graph that listens. */
function listener(checkpointer: Saver) {
  return new StateGraph(State)
    .addNode("listen", () => ({}))
    .addEdge(START, "listen")
    .addEdge("listen", END)
    .compile({ checkpointer });
}

/** Puts messages into the log's table, as entries are since the table is there. */
async function append(saver: Saver, { address }: Backend, texts: readonly string[]): Promise<void> {
  const head = ["t", "", "messages", texts.length];
  const heads = "INSERT INTO swarm_log_heads (thread_id, checkpoint_ns, channel, next) VALUES";
  const log = "INSERT INTO swarm_log (thread_id, checkpoint_ns, channel, number, type, body) VALUES";
  const entries = texts.map((text, number) => {
    const body = Buffer.from(JSON.stringify(new HumanMessage({ id: text, content: text })));
    return ["t", "", "messages", number, "json", body];
  });
  if (saver instanceof SqliteSwarmSaver) {
    saver.db.prepare(`${heads} (?, ?, ?, ?)`).run(...head);
    for (const entry of entries) saver.db.prepare(`${log} (?, ?, ?, ?, ?, ?)`).run(...entry);
    return;
  }
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  await client.query(`${heads} ($1, $2, $3, $4)`, head);
  for (const entry of entries) await client.query(`${log} ($1, $2, $3, $4, $5, $6)`, entry);
  await client.end();
}

describe.each(KINDS)("a thread that an earlier release has stored on %s", (kind) => {
  let backend: Backend;
  let saver: Saver;
  beforeEach(async () => {
    backend = await createBackend(kind);
    saver = await backend.open();
  });
  afterEach(() => backend.remove());

  it("[F66][I13] is read with the writes on top of it, gone on with, and pruned", async () => {
    await append(saver, backend, ["zero", "one", "two"]);
    const { saver: old, close } = upstreamSaver(backend);
    const checkpoint = {
      ...emptyCheckpoint(),
      id: uuid6(0),
      channel_values: { messages: { __swarm_log: [[0, 0], [2, 2]] }, note: "kept" },
      channel_versions: { messages: 3, note: 2 },
      versions_seen: { listen: { "branch:to:listen": 2 } },
    }; // prettier-ignore
    const place = { configurable: { ...thread.configurable, checkpoint_ns: "" } };
    const metadata = { source: "loop" as const, step: 1, parents: {} };
    const config = await old.put(place, checkpoint, metadata, checkpoint.channel_versions);
    await old.putWrites(config, [["messages", [new HumanMessage({ id: "w", content: "written" })]]], "task");
    await close();

    const tuple = await saver.getTuple(thread);
    const { messages } = tuple?.checkpoint.channel_values ?? {};
    expect((messages as BaseMessage[]).map(({ text }) => text)).toEqual(["zero", "two"]);
    expect(tuple?.checkpoint).toMatchObject({
      channel_values: { note: "kept" },
      channel_versions: { messages: 3, note: 2 },
      versions_seen: { listen: { "branch:to:listen": 2 } },
    });
    expect(tuple?.pendingWrites).toMatchObject([["task", "messages", [{ content: "written" }]]]);

    await listener(saver).updateState(thread, { messages: [new HumanMessage({ id: "n", content: "new" })] }, "listen");
    expect((await saver.prune({ keepLast: 1 })).checkpoints).toBe(1);
    expect(await countCheckpoints(saver, "t")).toBe(1);
    const { values } = await listener(await backend.open()).getState(thread);
    expect((values as typeof State.State).messages.map(({ text }) => text)).toEqual(["zero", "two", "new"]);
    const stored = await dump(saver, backend);
    expect([stored.includes('"one"'), stored.includes('"written"'), stored.includes('"two"')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
