import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { crashSwarm, effectsIn } from "../crash-swarm.ts";
import type { Fault } from "./fault.ts";
import { FileSaver } from "./file-saver.ts";

const thread = { configurable: { thread_id: "t" } };
const question = { messages: [new HumanMessage({ id: "question", content: "Go" })] };

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm")).href;
const child = fileURLToPath(new URL("crash-child.ts", import.meta.url));

/** Runs the swarm in a process of its own. @returns what it printed, and the signal that it died by. */
function runIn(file: string, dieAt: number): Promise<{ printed: string; signal: string | undefined }> {
  const flags = ["--conditions=swarmgraph-source", `--import=${tsx}`];
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, child, file, String(dieAt)], (error, stdout) => {
      resolve({ printed: stdout, signal: error?.signal ?? undefined });
    });
  });
}

function told(messages: readonly BaseMessage[]): unknown[] {
  return messages.map(({ type, name, text }) => ({ type, name, text }));
}

/** Processes that die: at ten points here, at every point of three runs in test/persist. */
export const crashFaults: readonly Fault[] = [
  {
    id: "F65",
    family: "state",
    fault: "the process is killed, at ten points of a run",
    expected:
      "a resumed run comes to the same history; what a tool does happens once with its idempotency key, twice at most without",
    run: async () => {
      const directory = mkdtempSync(join(tmpdir(), "swarmgraph-corpus-"));
      try {
        const whole = join(directory, "whole");
        const { printed } = await runIn(whole, 0);
        const points = Number(printed);
        assert.ok(points > 10, `the run passed ${printed} points`);
        const finished = crashSwarm("beside a handoff", effectsIn(`${whole}.effects`), () => {});
        const { values } = await finished.compile({ checkpointer: new FileSaver(whole) }).getState(thread);
        const expected = told((values as { messages: BaseMessage[] }).messages);
        const killed = Array.from({ length: 10 }, (_, index) => ({
          file: join(directory, `killed-${index}`),
          dieAt: 1 + Math.floor((index * (points - 1)) / 9),
        }));
        const ends = await Promise.all(killed.map(({ file, dieAt }) => runIn(file, dieAt)));
        assert.ok(ends.every(({ signal }) => signal === "SIGKILL"));
        for (const { file, dieAt } of killed) {
          const swarm = crashSwarm("beside a handoff", effectsIn(`${file}.effects`), () => {});
          const graph = swarm.compile({ checkpointer: new FileSaver(file) });
          const { values: stored, next } = await graph.getState(thread);
          const { messages = [] } = stored as { messages?: BaseMessage[] };
          const isStored = messages.some(({ id }) => id === "question") || next.length > 0;
          const result = await graph.invoke(isStored ? null : question, thread);
          assert.deepEqual(told(result.messages), expected, `killed at point ${dieAt} of ${points}`);
          const { happened } = effectsIn(`${file}.effects`);
          const payments = happened.filter((line) => line.startsWith("pay"));
          assert.equal(new Set(payments).size, payments.length);
          assert.ok(happened.filter((line) => line.startsWith("mail")).length <= 2);
        }
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  },
];
