import type { AIMessage, BaseMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Session, SwarmAgent } from "swarmgraph";
import type { ProfileName } from "swarmgraph";
import { encodePrompt, scriptedModel } from "swarmgraph/testing";
import type { RecordedCall, ScriptedModel } from "swarmgraph/testing";
import { z } from "zod";

/** What a model call sent. */
export interface SentRequest {
  /** Whose prompt it is, e.g. `billing`. */
  readonly agent: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One conversation, as the log holds it and as one provider got it. */
export interface Conversation {
  readonly log: readonly object[];
  readonly requests: readonly SentRequest[];
}

/** The model that each provider is asked for. */
const MODELS: Readonly<Record<ProfileName, string>> = {
  "openai-chat": "gpt-4.1",
  "openai-responses": "gpt-5-mini",
  anthropic: "claude-sonnet-4-5",
  mistral: "mistral-large-latest",
  gemini: "gemini-2.5-flash",
  bedrock: "anthropic.claude-sonnet-4-5-v1:0",
};

/** All providers, in the order of the page. */
export const PROFILES = Object.keys(MODELS) as ProfileName[];

/** Has the conversation with a compiled swarm whose prompts are written for one provider. */
export async function converse(profile: ProfileName): Promise<Conversation> {
  const triage = scriptedModel()
    .tool("find_customer", { email: "ann@example.com" }, { id: "call_1" })
    .handoff("billing", { invoice: "INV-7" }, { text: "Billing will look at it.", id: "call_2" });
  const billing = scriptedModel()
    .tool("get_invoice", { id: "INV-7" }, { id: "call_3" })
    .say("It was charged twice. The second charge goes back today.")
    .say("You will see it on your account by Friday.");
  const graph = new SwarmAgent({
    entry: "triage",
    profile,
    agents: {
      triage: {
        model: triage,
        prompt: "Find out what the customer needs.",
        tools: [findCustomer],
        canHandoffTo: [
          { to: "billing", description: "Questions about invoices.", input: z.object({ invoice: z.string() }) },
        ],
      },
      billing: { model: billing, prompt: "Answer questions about invoices.", tools: [getInvoice] },
    },
  }).compile();
  const session = new Session(graph);
  await session.run("I am ann@example.com. Why was I charged twice for INV-7?");
  const { messages } = await session.run("When will I see the money?");
  const sent = (agent: string, model: ScriptedModel) =>
    model.calls.map((call) => ({ agent, body: bodyOf(profile, call) }));
  return { log: messages.map(logLine), requests: [...sent("triage", triage), ...sent("billing", billing)] };
}

function bodyOf(profile: ProfileName, { messages, toolDefinitions }: RecordedCall): Record<string, unknown> {
  return encodePrompt(profile, { messages, tools: toolDefinitions as never, model: MODELS[profile] });
}

/** A message of the log without its id and its metadata. */
function logLine(message: BaseMessage): object {
  const { type, name, text } = message;
  const calls = ((message as AIMessage).tool_calls ?? []).map(({ id, name: tool, args }) => ({ id, name: tool, args }));
  const { tool_call_id: answers } = message as ToolMessage;
  return {
    type,
    ...(name !== undefined && { name }),
    content: text,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(answers !== undefined && { tool_call_id: answers }),
  };
}

const findCustomer = tool(() => "customer 42, Ann", {
  name: "find_customer",
  description: "Finds a customer.",
  schema: z.object({ email: z.string() }),
});

const getInvoice = tool(() => "INV-7: 30 EUR, charged on May 2 and on May 3", {
  name: "get_invoice",
  description: "Reads an invoice.",
  schema: z.object({ id: z.string() }),
});
