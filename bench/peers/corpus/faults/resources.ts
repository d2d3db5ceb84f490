import assert from "node:assert/strict";
import { assertDone, assertValid } from "../fault.ts";
import type { PeerFault } from "../fault.ts";
import { call, handoff, say } from "../script.ts";
import type { MessageScript, Seen } from "../script.ts";
import type { System } from "../system.ts";

async function pingPong(system: System) {
  let isTamed = false;
  const to = (name: string) => () => (isTamed ? say("back to work") : call(handoff(name)));
  const conversation = await system.start({
    agents: [
      { name: "a", model: to("b"), to: ["b"] },
      { name: "b", model: to("a"), to: ["a"] },
    ],
  });
  const turn = await conversation.send("Go");
  return { conversation, turn, tame: () => (isTamed = true) };
}

const echo = ({ user }: Seen) => say(`echo ${user}`);

/** Faults of size, number and time. */
export const resourceFaults: readonly PeerFault[] = [
  {
    id: "F29",
    async play(system) {
      const { turn } = await pingPong(system);
      assert.ok(turn.error !== undefined, "the loop is not reported");
    },
  },
  {
    id: "F30",
    async play(system) {
      const { conversation, tame } = await pingPong(system);
      tame();
      assertDone(await conversation.send("Stop that"), { text: "back to work" });
      assertValid(conversation);
    },
  },
  {
    id: "F50",
    async play(system) {
      const agents = [
        { name: "a", model: () => call(handoff("b")), to: ["b"] },
        { name: "b", model: echo },
      ];
      const conversation = await system.start({ agents });
      const texts = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
      const turns = await Promise.all(texts.map((text) => conversation.send(text, { thread: text })));
      for (const [index, turn] of turns.entries()) assertDone(turn, { text: `echo n${index}` });
    },
  },
  {
    id: "F51",
    async play(system) {
      const log = Array.from({ length: 10_000 }, (_, index): MessageScript =>
        index % 2 === 0 ? { role: "user", text: `q${index}` } : { role: "assistant", text: `a${index}` },
      );
      const agents = [
        { name: "a", model: [call(handoff("b"))], to: ["b"] },
        { name: "b", model: [say("done")] },
      ];
      const conversation = await system.start({ agents });
      assertDone(await conversation.send([...log, { role: "user", text: "Go" }]), { text: "done", active: "b" });
      assertValid(conversation);
    },
  },
];
