import { Mistral } from "@mistralai/mistralai";
import type { ConversationResponse } from "@mistralai/mistralai/models/components";
import { ECB_RATE, setUp, US_RATE } from "./seed-program.ts";

/** Answers the function that the guide leaves to the client. */
export type RateOn = (date: string) => string;

/** The guide's two requests against a server: the second one stops at the client's function, and goes on with its result. */
export async function runBoth(serverURL: string, rateOn: RateOn): Promise<ConversationResponse[]> {
  const client = new Mistral({ serverURL, apiKey: process.env["SWARMGRAPH_API_KEY"] ?? "none is needed" });
  const { conversations } = client.beta;
  const five = await setUp(client);
  const us = await conversations.start({ agentId: five.finance, inputs: US_RATE });
  const asked = await conversations.start({ agentId: five.finance, inputs: ECB_RATE });
  const inputs = asked.outputs.flatMap((entry) => {
    if (entry.type !== "function.call" || !("toolCallId" in entry)) return [];
    const { date } = JSON.parse(String(entry.arguments)) as { date: string };
    return [{ type: "function.result" as const, toolCallId: entry.toolCallId, result: rateOn(date) }];
  });
  const { conversationId } = asked;
  const ecb = await conversations.append({ conversationId, conversationAppendRequest: { inputs } });
  return [us, asked, ecb];
}
