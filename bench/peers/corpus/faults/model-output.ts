import assert from "node:assert/strict";
import { adder, assertAsked, assertCount, assertDone, assertValid, desk, GRAPHS } from "../fault.ts";
import type { PeerFault } from "../fault.ts";
import { call, fail, handoff, say } from "../script.ts";
import type { CallScript, StepScript } from "../script.ts";
import type { Conversation, System } from "../system.ts";

const sum = { name: "add", args: { a: 1, b: 2 } };

/** Nobody is entered, nothing runs, and the model goes on to its last word. */
async function assertToldOff(system: System, ...calls: readonly CallScript[]): Promise<void> {
  const add = adder();
  const conversation = await system.start(desk([call(...calls), say("sorry")], [add]));
  assertDone(await conversation.send("Go"), { text: "sorry", active: "triage" });
  assertAsked(conversation, "billing", 0);
  assertAsked(conversation, "admin", 0);
  assertCount("the tool ran", add.runs.count, 0);
  assertValid(conversation);
}

/** Billing is entered, in a request that is valid. */
async function assertHandedOff(system: System, ...calls: readonly CallScript[]): Promise<{ ran: number }> {
  const add = adder();
  const conversation = await system.start(desk([call(...calls), say("still here")], [add]));
  assertDone(await conversation.send("Go"), { text: "billing here", active: "billing" });
  assertAsked(conversation, "billing", 1);
  assertValid(conversation);
  return { ran: add.runs.count };
}

/** The tool runs so often, and the model goes on to its last word. */
async function assertRuns(system: System, times: number, step: StepScript): Promise<Conversation> {
  const add = adder();
  const conversation = await system.start(desk([step, say("done")], [add]));
  assertDone(await conversation.send("Go"), { text: "done" });
  assertCount("the tool ran", add.runs.count, times);
  assertValid(conversation);
  return conversation;
}

/** Two agents, the second of which is down until it is mended. */
async function secondIsDown(system: System): Promise<{ conversation: Conversation; mend: () => void }> {
  let isDown = true;
  const conversation = await system.start({
    agents: [
      { name: "triage", model: () => call(handoff("billing")), to: ["billing"] },
      { name: "billing", model: () => (isDown ? fail() : say("done")) },
    ],
  });
  const turn = await conversation.send("Go");
  assert.ok(turn.error !== undefined, "the failure of the provider is not reported");
  return { conversation, mend: () => (isDown = false) };
}

/** Faults of what models say. */
export const modelFaults: readonly PeerFault[] = [
  {
    id: "F01",
    async play(system) {
      const { conversation, mend } = await secondIsDown(system);
      mend();
      assertDone(await conversation.resume(), { text: "done", active: "billing" });
      assertAsked(conversation, "triage", 1);
      assertValid(conversation);
    },
  },
  {
    id: "F02",
    async play(system) {
      const { conversation, mend } = await secondIsDown(system);
      mend();
      assertDone(await conversation.send("Hello?"), { text: "done", active: "billing" });
      assertAsked(conversation, "triage", 1);
      assertValid(conversation);
    },
  },
  { id: "F03", play: (system) => assertToldOff(system, { name: "subtract" }) },
  { id: "F04", play: (system) => assertToldOff(system, handoff("admin")) },
  { id: "F05", play: (system) => assertToldOff(system, handoff("sales")) },
  { id: "F06", play: (system) => assertToldOff(system, handoff("triage")) },
  {
    id: "F07",
    async play(system) {
      const both = desk([call(handoff("billing"), handoff("admin"))]);
      const agents = both.agents.map((agent) =>
        agent.name === "triage" ? { ...agent, to: ["billing", "admin"] } : agent,
      );
      const conversation = await system.start({ agents });
      assertDone(await conversation.send("Go"), { text: "billing here", active: "billing" });
      assertAsked(conversation, "admin", 0);
      assertValid(conversation);
    },
  },
  ...(["F08", "F09"] as const).map((id): PeerFault => ({
    id,
    async play(system) {
      const calls = id === "F08" ? [handoff("billing"), sum] : [sum, handoff("billing")];
      const { ran } = await assertHandedOff(system, ...calls);
      assertCount("the tool ran", ran, 1);
    },
  })),
  { id: "F10", play: (system) => assertToldOff(system, { name: "transfer_to_Billing" }) },
  {
    id: "F11",
    async play(system) {
      for (const name of ["transfer_to_billing ", "transfer_to_bіlling"]) await assertToldOff(system, { name });
    },
  },
  {
    id: "F12",
    async play(system) {
      const conversation = await system.start(desk([say(""), say(""), say("")]));
      assertDone(await conversation.send("Go"), { active: "triage" });
    },
  },
  {
    id: "F13",
    systems: GRAPHS,
    play: async (system) =>
      void (await assertRuns(system, 1, { kind: "answer", text: "Let me see.", calls: [sum], hasBlocks: true })),
  },
  { id: "F14", play: (system) => assertToldOff(system, { name: "add", rawArgs: '{"a": 1, "b"' }) },
  { id: "F15", play: async (system) => void (await assertHandedOff(system, handoff("billing", { rawArgs: "{" }))) },
  { id: "F16", play: (system) => assertToldOff(system, { name: "add", args: { a: "seven", b: 2 } }) },
  {
    id: "F17",
    async play(system) {
      const conversation = await assertRuns(system, 2, call({ ...sum, id: "same" }, { ...sum, id: "same" }));
      assertCount("a tool's answer is there", conversation.player.of("triage").at(-1)?.seen.results.length ?? 0, 2);
    },
  },
  { id: "F18", play: async (system) => void (await assertRuns(system, 1, call({ ...sum, id: null }))) },
  { id: "F19", play: async (system) => void (await assertHandedOff(system, handoff("billing", { id: null }))) },
  {
    id: "F52",
    async play(system) {
      const add = adder();
      let isDown = true;
      const model = (): StepScript => (isDown ? { kind: "break", text: "Let me" } : say("done"));
      const conversation = await system.start({ agents: [{ name: "triage", model, tools: [add] }] });
      const { error } = await conversation.send("Go", { isStreamed: true });
      assert.ok(error !== undefined, "the broken stream is not reported");
      assertCount("the tool ran", add.runs.count, 0);
      isDown = false;
      assertDone(await conversation.send("Again"), { text: "done" });
      assertValid(conversation);
    },
  },
  {
    id: "F53",
    async play(system) {
      const add = adder();
      const cut: StepScript = {
        kind: "answer",
        text: "",
        calls: [{ name: "add", rawArgs: '{"a": 1, "b"' }],
        isTruncated: true,
      };
      const conversation = await system.start(desk([cut, cut, say("sorry")], [add]));
      const turn = await conversation.send("Go");
      assertCount("the tool ran", add.runs.count, 0);
      assert.ok(turn.error !== undefined || turn.text === "sorry", "half an answer ends the run as if it were whole");
      assertValid(conversation);
    },
  },
  {
    id: "F60",
    async play(system) {
      const conversation = await system.start(desk([say("transfer_to_billing")]));
      assertDone(await conversation.send("Go"), { text: "transfer_to_billing", active: "triage" });
      assertAsked(conversation, "billing", 0);
    },
  },
];
