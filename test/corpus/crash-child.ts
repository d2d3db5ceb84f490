import { HumanMessage } from "@langchain/core/messages";
import { crashSwarm, effectsIn } from "../crash-swarm.ts";
import { FileSaver } from "./file-saver.ts";

const [file = "", dieAt = "0"] = process.argv.slice(2);
let passed = 0;

/** Counts the point, and dies at the one that was ordered. */
function point(): void {
  passed += 1;
  if (passed === Number(dieAt)) process.kill(process.pid, "SIGKILL");
}

const graph = crashSwarm("beside a handoff", effectsIn(`${file}.effects`), point).compile({
  checkpointer: new FileSaver(file, point),
});
await graph.invoke(
  { messages: [new HumanMessage({ id: "question", content: "Go" })] },
  { configurable: { thread_id: "t" } },
);
process.stdout.write(String(passed));
