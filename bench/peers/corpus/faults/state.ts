import assert from "node:assert/strict";
import { assertAsked, assertCount, assertDone, assertValid, GRAPHS } from "../fault.ts";
import type { PeerFault } from "../fault.ts";
import { call, handoff, say } from "../script.ts";
import type { MessageScript, StepScript, ToolScript } from "../script.ts";
import { ASK } from "../system.ts";
import type { Conversation, System } from "../system.ts";

/** A thread that was written to past the swarm still takes a message. */
async function assertRepaired(system: System, planted: readonly MessageScript[]): Promise<void> {
  const model = [call({ name: "work" }), say("done"), say("hello again")];
  const conversation = await system.start({
    agents: [{ name: "a", model, tools: [{ name: "work", run: () => "ok" }] }],
  });
  assertDone(await conversation.send("Go"), { text: "done" });
  await conversation.plant(planted);
  assertDone(await conversation.send("Again"), { text: "hello again" });
  assertValid(conversation);
}

/** A tool that waits for the user, and what it had for effects. */
async function withQuestion(system: System, step: StepScript) {
  const effects: string[] = [];
  const noted = (name: string): ToolScript => ({
    name,
    run: ({ answer = "" }) => `${effects.push(`${name} ${String(answer)}`.trim())}`,
  });
  const agents = [
    { name: "a", model: [step, say("done")], tools: [noted(ASK), noted("work")], to: ["b"] },
    { name: "b", model: [say("hello from b")] },
  ];
  const conversation = await system.start({ agents });
  await conversation.send("Go");
  const answer: NonNullable<Conversation["answer"]> = (value, options) => {
    if (conversation.answer === undefined) throw new Error("the system has no way to answer a tool's question");
    return conversation.answer(value, options);
  };
  return { conversation, effects, answer };
}

/** Faults of stored threads, and of runs that stop. */
export const stateFaults: readonly PeerFault[] = [
  {
    id: "F31",
    async play(system) {
      const first = { name: "a", model: [call(handoff("old"))] };
      const before = await system.start({
        agents: [
          { ...first, to: ["old"] },
          { name: "old", model: [say("hi")] },
        ],
      });
      assertDone(await before.send("Go"), { active: "old" });
      const agents = ["a", "renamed"].map((name) => ({ name, model: [say(`I am ${name}`)] }));
      const after = await system.start({ agents }, { store: before.store });
      const { error, text } = await after.send("Again");
      if (error === undefined) assert.match(text, /^I am (?:a|renamed)$/, "nobody answers");
      else assert.match(error, /"old"/, `the error does not name the agent: ${error}`);
    },
  },
  {
    id: "F32",
    async play(system) {
      const conversation = await system.start({ agents: [{ name: "a", model: () => say("ok") }] });
      const texts = ["first message", "second message", "third message"];
      const turns = await Promise.all(texts.map((text) => conversation.send(text)));
      const taken = texts.filter((_text, index) => turns[index]?.error === undefined);
      assert.ok(taken.length > 0, "none of the runs succeeded");
      assertDone(await conversation.send("Last"), { text: "ok" });
      const sent = JSON.stringify(conversation.player.requests.at(-1)?.body);
      const lost = taken.filter((text) => !sent.includes(text));
      assert.ok(
        lost.length === 0,
        `${taken.length} runs report success, and ${lost.length} of their messages are lost`,
      );
      assertValid(conversation);
    },
  },
  {
    id: "F33",
    async play(system) {
      const keys: (string | undefined)[] = [];
      const pay: ToolScript = { name: "pay", run: (_args, { key }) => `paid ${keys.push(key)}` };
      const model = ({ results }: { readonly results: readonly string[] }) =>
        results.length === 0 ? call({ name: "pay" }) : say("done");
      const conversation = await system.start({ agents: [{ name: "a", model, tools: [pay] }] });
      let isMended = false;
      conversation.breakStore(() => keys.length > 0 && !isMended);
      assert.ok((await conversation.send("Go")).error !== undefined, "the failure of the store is not reported");
      isMended = true;
      assertDone(await conversation.resume(), { text: "done" });
      assert.ok(!keys.includes(undefined), "the tool is given nothing to know the call by");
      assertCount("the payment was made", new Set(keys).size, 1);
      assertValid(conversation);
    },
  },
  {
    id: "F55",
    systems: GRAPHS,
    async play(system) {
      const { answer, effects } = await withQuestion(system, call({ name: ASK }));
      const { error } = await answer("yes", { isWrongId: true });
      assertCount("the tool ran", effects.length, 0);
      assert.ok(error !== undefined, "the answer to no question is accepted without a word");
      assertDone(await answer("yes"), { text: "done" });
      assertCount("the tool ran", effects.length, 1);
    },
  },
  {
    id: "F67",
    play: (system) =>
      assertRepaired(system, [{ role: "assistant", text: "", calls: [{ name: "work", id: "call_planted" }] }]),
  },
  {
    id: "F69",
    play: (system) => assertRepaired(system, [{ role: "tool", callId: "call_gone", name: "work", text: "late" }]),
  },
  {
    id: "F70",
    systems: GRAPHS,
    async play(system) {
      const step = call({ name: "work" }, { name: ASK }, handoff("b"));
      const { answer, conversation, effects } = await withQuestion(system, step);
      assertAsked(conversation, "b", 0);
      assertDone(await answer("yes"), { text: "hello from b", active: "b" });
      assert.deepEqual(effects.toSorted(), [`${ASK} yes`, "work"], `the effects are ${effects.join(", ")}`);
      assertValid(conversation);
    },
  },
];
