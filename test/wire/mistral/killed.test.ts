import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Mistral } from "@mistralai/mistralai";
import type { ConversationInputs } from "@mistralai/mistralai/models/components";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientFor } from "./client.ts";
import { ECB_RATE, setUp } from "./seed-program.ts";

const here = new URL(".", import.meta.url).pathname;

let directory = "";
const running = new Set<() => Promise<void>>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "swarmgraph-"));
});
afterEach(async () => {
  await Promise.all([...running].map((kill) => kill()));
  await rm(directory, { recursive: true });
});

/** Starts a server, in a process of its own, on what the directory holds. */
async function startServer(): Promise<{ readonly client: Mistral; readonly kill: () => Promise<void> }> {
  const args = ["--conditions=swarmgraph-source", "--import", "tsx", "server-process.ts", directory];
  const child = spawn(process.execPath, args, { cwd: here, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    running.delete(kill);
    child.kill("SIGKILL");
    await exited;
  };
  running.add(kill);
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { client: clientFor(url), kill };
}

const typesOf = (entries: readonly { readonly type?: unknown }[]) => entries.map(({ type }) => type);

/** Everything that a server tells of itself. */
async function allOf({ beta: { agents, conversations } }: Mistral) {
  const list = await conversations.list({});
  const histories = list.map(({ id: conversationId }) => conversations.getHistory({ conversationId }));
  return { agents: await agents.list(), list, histories: await Promise.all(histories) };
}

describe("a server that is killed in the middle of conversations", () => {
  it("has every stored entry when it is started again, and goes on with them", async () => {
    const first = await startServer();
    const five = await setUp(first.client);
    const { conversations } = first.client.beta;
    // One waits for the client's function, one hangs in the middle of a turn, one has ended.
    const waiting = await conversations.start({ agentId: five.finance, inputs: ECB_RATE });
    const ended = await conversations.start({ agentId: five.finance, inputs: "The US rate, please." });
    const stream = await conversations.startStream({ agentId: five.finance, inputs: "The US rate, but wait." });
    const reader = stream[Symbol.asyncIterator]();
    let hanging = "";
    for (let type = ""; type !== "tool.execution.done";) {
      const { data } = (await reader.next()).value as { data: { type: string; conversationId?: string } };
      type = data.type;
      hanging = data.conversationId ?? hanging;
    }
    const [asked, handedOn, searched] = ["message.input", "agent.handoff", "tool.execution"];
    // A turn is stored while it goes on; the client may hear of an entry a moment before.
    const stored = async () => typesOf((await conversations.getHistory({ conversationId: hanging })).entries);
    while ((await stored()).length < 3) await sleep(10);
    expect(await stored()).toEqual([asked, handedOn, searched]);
    const before = await allOf(first.client);
    expect(before.list).toHaveLength(3);
    expect(before.agents).toHaveLength(5);
    await first.kill();
    await expect(first.client.beta.agents.list()).rejects.toThrow("Unable to make request");
    await expect(reader.next()).rejects.toThrow("terminated");

    const second = await startServer();
    expect(await allOf(second.client)).toEqual(before);
    const goOn = async (conversationId: string, inputs: ConversationInputs) => {
      const own = second.client.beta.conversations;
      const { outputs } = await own.append({ conversationId, conversationAppendRequest: { inputs } });
      return { outputs, entries: (await own.getHistory({ conversationId })).entries };
    };
    const call = waiting.outputs.find(({ type }) => type === "function.call");
    const toolCallId = call?.type === "function.call" ? call.toolCallId : "";
    const drawn = await goOn(waiting.conversationId, [{ type: "function.result", toolCallId, result: "2.5%" }]);
    expect(drawn.outputs).toMatchObject([{ type: "agent.handoff" }, { content: "Here is the graph." }]);
    for (const id of [ended.conversationId, hanging]) {
      const { outputs, entries } = await goOn(id, "And again?");
      expect(outputs).toMatchObject([{ type: "message.output", content: "4.50 percent, again.", agentId: five.web }]);
      const old = before.histories.find(({ conversationId }) => conversationId === id)?.entries ?? [];
      expect(entries.slice(0, old.length)).toEqual(old);
    }
  });

  it("loses nothing that it answered, whenever it is killed", async () => {
    const told: string[] = [];
    let five = "";
    for (const round of [0, 1, 2]) {
      const { client, kill } = await startServer();
      five ||= (await setUp(client)).finance;
      const { conversations } = client.beta;
      expect((await conversations.list({})).map(({ id }) => id)).toEqual(expect.arrayContaining(told));
      for (const conversationId of told) {
        expect(typesOf((await conversations.getHistory({ conversationId })).entries)).toEqual(
          expect.arrayContaining(["message.input", "agent.handoff", "tool.execution", "message.output"]),
        );
      }
      const talk = async (): Promise<void> => {
        for (;;) told.push((await conversations.start({ agentId: five, inputs: "The US rate" })).conversationId);
      };
      const talks = [talk(), talk()].map((one) => one.catch(() => undefined));
      while (told.length < (round + 1) * 3) await sleep(5);
      await kill();
      await Promise.all(talks);
    }
    expect(new Set(told).size).toBe(told.length);
  });
});
