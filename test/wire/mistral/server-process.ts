import { Agents, Conversations, serve } from "../../../packages/server/src/index.ts";
import { scriptedModel } from "../../../src/testing/index.ts";
import type { RecordedCall } from "../../../src/testing/script.ts";
import { FileSaver, fileAgentStore, fileConversationStore } from "./file-stores.ts";
import { builtIn } from "./stand-ins.ts";

/** Plays the guide's agents by what each of them can do; "wait" in the request makes it wait forever after its search. */
function answer({
  tools,
  messages,
}: RecordedCall): ReturnType<Parameters<ReturnType<typeof scriptedModel>["reply"]>[0]> {
  const call = (name: string, args: object) =>
    ({ kind: "message", text: "", calls: [{ tool: name, args: { ...args } }] }) as const;
  const asked = messages.findLast(({ type }) => type === "human")?.text ?? "";
  const isAnswered = messages.at(-1)?.type === "tool";
  const handoff = (to: string) => ({ kind: "message", text: "", calls: [{ handoff: to }] }) as const;
  if (tools.includes("web_search")) {
    if (!isAnswered) return asked.includes("again") ? "4.50 percent, again." : call("web_search", { query: "rate" });
    return asked.includes("wait") ? { kind: "hang" } : "4.50 percent.";
  }
  if (tools.includes("get_european_central_bank_interest_rate")) {
    return isAnswered ? handoff("graph-drawing-agent") : call("get_european_central_bank_interest_rate", {});
  }
  if (tools.includes("code_interpreter")) return "Here is the graph.";
  return handoff(asked.includes("European") ? "ecb-interest-rate-agent" : "websearch-agent");
}

const [directory = "."] = process.argv.slice(2);
const agents = new Agents({ store: fileAgentStore(directory) });
const conversations = new Conversations({
  agents,
  modelFor: () => scriptedModel().reply(answer).repeat(),
  builtIn,
  checkpointer: new FileSaver(directory),
  store: fileConversationStore(directory),
});
const { url } = await serve({ agents, conversations, port: 0 });
process.stdout.write(`${url}\n`);
