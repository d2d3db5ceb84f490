import assert from "node:assert/strict";
import { MemorySaver } from "@langchain/langgraph";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { alterStored, storedValues } from "../persistence/altered.ts";
import { says } from "../support.ts";
import type { Fault } from "./fault.ts";

const thread = { configurable: { thread_id: "t" } };

function run(checkpointer: MemorySaver, text: string, options: Partial<SwarmOptions> = {}) {
  const agents = { a: { model: scriptedModel().say(text) } };
  const swarm = new SwarmAgent({ ...options, entry: "a", agents } as SwarmOptions);
  return swarm.compile({ checkpointer }).invoke(says(), thread);
}

async function assertRefused(checkpointer: MemorySaver, text: RegExp, options?: Partial<SwarmOptions>): Promise<void> {
  const stored = JSON.stringify(checkpointer.storage);
  await assert.rejects(run(checkpointer, "ran", options), (error) => {
    return SwarmError.is(error) && error.code === "CHECKPOINT_INCOMPATIBLE" && text.test(error.message);
  });
  assert.equal(JSON.stringify(checkpointer.storage), stored);
}

/** Faults of threads that outlive the release, or the swarm, that stored them. */
export const deployFaults: readonly Fault[] = [
  {
    id: "F66",
    family: "state",
    fault: "a checkpoint is damaged, of a newer release, or another swarm's",
    expected: "CHECKPOINT_INCOMPATIBLE that says which, and nothing runs or is written; one without a version goes on",
    run: async () => {
      for (const channel of ["messages", "activeAgent", "handoffs", "turn"]) {
        const damaged = new MemorySaver();
        await run(damaged, "hi");
        await alterStored(damaged, { [channel]: 7 });
        await assertRefused(damaged, new RegExp(`its channel "${channel}" is not`));
      }
      const checkpointer = new MemorySaver();
      await run(checkpointer, "hi", { name: "sales" });
      await assertRefused(checkpointer, /the swarm "sales", and this one is "support"/, { name: "support" });
      const former = { name: "support", threadsOf: ["sales"] };
      assert.equal((await run(checkpointer, "ran", former)).messages.at(-1)?.text, "ran");
      const { schema, swarm, ...turn } = (await storedValues(checkpointer))["turn"] as Record<string, unknown>;
      assert.deepEqual([schema, Object.keys(swarm as object)], [2, ["name", "fingerprint"]]);
      await alterStored(checkpointer, { turn: { ...turn, schema: 99 } });
      await assertRefused(checkpointer, /newer release, in version 99 .* up to 2/);
      await alterStored(checkpointer, { turn });
      assert.equal((await run(checkpointer, "as before")).messages.at(-1)?.text, "as before");
    },
  },
];
