import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import {
  handoffsIn,
  langChainHistory,
  langChainQuestion,
  LangChainScriptModel,
  langChainTool,
} from "./langchain-model.ts";
import { agentNames, Script, targetsOf } from "./script.ts";
import type { System } from "./system.ts";

/** The least that one can write on LangChain's models and tools: a loop, with no graph, no state and no checks. */
export const system: System = {
  async prepare(workload) {
    const script = new Script(workload);
    const add = langChainTool(script);
    const regular = workload.tools ? [add] : [];
    const models = new Map(
      agentNames(workload).map((name, index) => {
        const handoffs = targetsOf(workload, index).map((to) =>
          tool(() => "", { name: `transfer_to_${to}`, description: `Agent ${to}.`, schema: z.object({}) }),
        );
        return [name, new LangChainScriptModel(script, index).bindTools([...regular, ...handoffs])] as const;
      }),
    );
    const history = langChainHistory(workload);
    return {
      tally: script.tally,
      async run() {
        const messages: BaseMessage[] = [...history, langChainQuestion()];
        let active = "agent0";
        for (;;) {
          const model = models.get(active);
          if (model === undefined) throw new Error(`there is no ${active}`);
          const reply = (await model.invoke(messages)) as AIMessage;
          messages.push(reply);
          const call = reply.tool_calls?.[0];
          if (call === undefined) return { handoffs: handoffsIn(messages), text: reply.text };
          if (call.name.startsWith("transfer_to_")) active = call.name.slice("transfer_to_".length);
          else messages.push((await add.invoke({ ...call, type: "tool_call" })) as BaseMessage);
        }
      },
    };
  },
};
