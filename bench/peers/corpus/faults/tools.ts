import assert from "node:assert/strict";
import { assertCount, assertDone, assertValid } from "../fault.ts";
import type { PeerFault } from "../fault.ts";
import { call, fail, say } from "../script.ts";
import type { StepScript, ToolScript } from "../script.ts";
import type { System } from "../system.ts";

/** The tool's answer as the model reads it, after the run has gone on to its end. */
async function assertAnswered(
  system: System,
  run: ToolScript["run"],
  options: { readonly toolTimeoutMs?: number } = {},
): Promise<string> {
  const model = [call({ name: "work" }), say("done")];
  const conversation = await system.start({
    ...options,
    agents: [{ name: "a", model, tools: [{ name: "work", run }] }],
  });
  assertDone(await conversation.send("Go"), { text: "done" });
  assertValid(conversation);
  return conversation.player.requests.at(-1)?.seen.results.at(-1) ?? "";
}

const giving = (id: string, value: () => unknown): PeerFault => ({
  id,
  play: async (system) => void (await assertAnswered(system, value)),
});

function cycle(): unknown {
  const loop: Record<string, unknown> = { name: "loop" };
  loop["self"] = loop;
  return loop;
}

function refuse(): never {
  throw new Error("do not read me");
}

/** Faults of tools. */
export const toolFaults: readonly PeerFault[] = [
  {
    id: "F20",
    async play(system) {
      const text = await assertAnswered(system, () => {
        throw new Error("the printer is out of paper");
      });
      assert.match(text, /error/i, "the model does not read that something went wrong");
    },
  },
  giving("F21", () => {
    // eslint-disable-next-line no-throw-literal -- what is thrown here is the fault
    throw null;
  }),
  giving("F22", () => undefined),
  giving("F23", cycle),
  giving("F24", () => ({ id: 9007199254740993n })),
  {
    id: "F25",
    async play(system) {
      const { length } = await assertAnswered(system, () => new Uint8Array(100_000));
      assert.ok(length <= 400_000, `100,000 bytes become ${length} characters`);
    },
  },
  {
    id: "F26",
    play: async (system) => void (await assertAnswered(system, () => new Promise(() => {}), { toolTimeoutMs: 50 })),
  },
  {
    id: "F27",
    async play(system) {
      const abort = new AbortController();
      const work: ToolScript = {
        name: "work",
        run() {
          setTimeout(() => abort.abort(), 10);
          return new Promise(() => {});
        },
      };
      const model = [call({ name: "work" }), say("done")];
      const conversation = await system.start({ agents: [{ name: "a", model, tools: [work] }] });
      const { error } = await conversation.send("Go", { signal: abort.signal });
      assert.ok(error !== undefined, "the aborted run reports no error");
      assertDone(await conversation.send("Again"), { text: "done" });
      assertValid(conversation);
    },
  },
  {
    id: "F28",
    async play(system) {
      let isDown = true;
      let runs = 0;
      const work: ToolScript = { name: "work", run: () => `run ${(runs += 1)}` };
      const model = ({ results }: { readonly results: readonly string[] }): StepScript => {
        if (results.length === 0) return call({ name: "work" });
        return isDown ? fail() : say("done");
      };
      const swarm = { agents: [{ name: "a", model, tools: [work] }] };
      const before = await system.start(swarm);
      assert.ok((await before.send("Go")).error !== undefined, "the failure of the provider is not reported");
      isDown = false;
      const after = await system.start(swarm, { store: before.store });
      assertDone(await after.send("Again"), { text: "done" });
      assertCount("the tool ran", runs, 1);
      assertValid(after);
    },
  },
  {
    id: "F54",
    async play(system) {
      const { length } = await assertAnswered(system, () => `start${"x".repeat(5_000_000)}end`);
      assert.ok(length <= 1_000_000, `the model is sent ${length} characters of one result`);
    },
  },
  {
    id: "F61",
    async play(system) {
      const getter = () => Object.defineProperty({ fine: 1 }, "bad", { enumerable: true, get: refuse });
      for (const value of [getter, () => ({ toJSON: refuse })]) await assertAnswered(system, value);
    },
  },
  giving("F62", () => "half \uD83D and \u0000 nothing"),
  {
    id: "F63",
    async play(system) {
      const work: ToolScript = {
        name: "work",
        fields: { note: "string" },
        run(args) {
          args["note"] = "changed";
          return "ok";
        },
      };
      const model = [call({ name: "work", args: { note: "original" } }), say("done")];
      const conversation = await system.start({ agents: [{ name: "a", model, tools: [work] }] });
      assertDone(await conversation.send("Go"), { text: "done" });
      const sent = JSON.stringify(conversation.player.requests.at(-1)?.body);
      assert.ok(
        sent.includes("original") && !sent.includes("changed"),
        "the log holds what the tool made of its arguments",
      );
    },
  },
];
