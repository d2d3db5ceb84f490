import { AIMessage } from "@langchain/core/messages";
import type { AIMessageFields } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";

/** A user's message as a swarm's input. */
export const says = (text = "I was charged twice") => ({ messages: [{ role: "user", content: text }] });

/** A reply with what it cost, as a provider tells it. */
export function reply(fields: AIMessageFields): AIMessage {
  return new AIMessage({
    ...fields,
    response_metadata: { model_name: "tiny-2026-01-01" },
    usage_metadata: { input_tokens: 10, output_tokens: 4, total_tokens: 14 },
  } as unknown as AIMessageFields);
}

/** A call of a tool, as in a message. */
export function calls(id: string, name: string, args: Record<string, unknown> = {}) {
  return { content: "", tool_calls: [{ id, name, args, type: "tool_call" as const }] };
}

/** Looks up an invoice by what it is given. */
export const lookUp = tool(({ number }) => `invoice ${number}: 12 €`, {
  name: "look_up",
  description: "Looks up an invoice.",
  schema: z.object({ number: z.string() }),
});

/** Triage looks an invoice up, tries an agent that there is not, and hands over to billing, which answers. */
export function support(secret = "7") {
  const triage = scriptedModel()
    .raw(reply(calls("c1", "look_up", { number: secret })))
    .raw(reply(calls("c2", `transfer_to_${secret}`)))
    .raw(reply(calls("c3", "transfer_to_billing", { reason: `about ${secret}` })));
  const billing = scriptedModel().raw(reply({ content: `You get ${secret} back.` }));
  return new SwarmAgent({
    name: "support",
    entry: "triage",
    agents: {
      triage: { model: triage, tools: [lookUp], canHandoffTo: ["billing"] },
      billing: { model: billing },
    },
  });
}
