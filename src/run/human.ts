import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { interrupt } from "@langchain/langgraph";
import { didYouMean } from "../define/did-you-mean.ts";
import type { Human } from "../define/human.ts";
import { SwarmError } from "../errors.ts";
import { lastAssistant } from "../define/calls.ts";
import { activationIn } from "../project/activation.ts";
import { verdictsOf } from "../route/route-handoffs.ts";
import type { RunContext } from "../types.ts";
import { parseInput } from "./judge.ts";
import type { ModelCall } from "./model-call.ts";
import { isCheckpointed } from "./runtime.ts";

/** One message of the conversation, as a person reads it. */
export interface HumanLine {
  /** The message's id in the log. */
  readonly id: string | undefined;
  readonly role: "user" | "assistant" | "tool";
  /** The agent, or the tool. */
  readonly name?: string;
  readonly text: string;
}

/** What a run that waits for a person shows: the value of its interrupt. */
export interface HumanRequest {
  readonly type: "human.request";
  readonly agent: string;
  /** What the person is called. */
  readonly name: string;
  /** The conversation so far, by the person's `history`, without messages that have no text. */
  readonly messages: readonly HumanLine[];
  /** The agents that the person can hand off to now. */
  readonly canHandoffTo: readonly string[];
  /** The handoff that led to the person, where one did. */
  readonly handoff?: { readonly from: string; readonly reason?: string; readonly input?: unknown };
  /** Why the last answer could not be taken. */
  readonly problem?: string;
}

/** The answer, as `new Command({ resume })`: what the person says to the user, or whom the conversation goes to. */
export type HumanReply =
  | string
  | { readonly handoffTo: string; readonly reason?: string; readonly input?: Readonly<Record<string, unknown>> };

type Taken = { readonly message: AIMessage } | { readonly problem: string };

/**
 * Asks the person until they say something, or name an agent that they can hand off to with an input that fits. The
 * handoff comes back as a call, so that it is judged as a model's is.
 *
 * @throws SwarmError `CHECKPOINTER_MISSING` where the run cannot wait.
 */
export async function askHuman(person: Human, call: ModelCall, run: RunContext): Promise<AIMessage> {
  const { runtime, config } = call;
  const { name: agent } = runtime.agent;
  if (!isCheckpointed(config)) {
    throw new SwarmError(
      "CHECKPOINTER_MISSING",
      `agent "${agent}" is a person, and the run cannot wait for them without a checkpointer. Compile with one: compile({ checkpointer }).`,
      { agent },
    );
  }
  const request: HumanRequest = {
    type: "human.request",
    agent,
    name: person.name ?? agent,
    messages: call.promptFor(runtime.addresseeOf(person), true).messages.flatMap(lineOf),
    canHandoffTo: call.targets,
    ...handoffTo(agent, run),
  };
  let problem = refusalIn(run);
  for (;;) {
    const reply = interrupt<HumanRequest, unknown>(problem === undefined ? request : { ...request, problem });
    const taken = await take(reply, call);
    if ("message" in taken) return taken.message;
    problem = taken.problem;
  }
}

function lineOf(message: BaseMessage): HumanLine[] {
  const { id, name, text } = message;
  if (text.trim() === "") return [];
  const role = message.type === "ai" ? "assistant" : message.type === "tool" ? "tool" : "user";
  return [{ id, role, ...(name !== undefined && { name }), text }];
}

function handoffTo(agent: string, { state }: RunContext): Pick<HumanRequest, "handoff"> {
  const entered = activationIn(agent, state.handoffs, state.messages);
  if (entered === undefined) return {};
  const { from, reason, input } = entered;
  return { handoff: { from, ...(reason !== undefined && { reason }), ...(input !== undefined && { input }) } };
}

/** Why the handoff that the person wanted just before was refused, where it was. */
function refusalIn({ state }: RunContext): string | undefined {
  const verdicts = verdictsOf(lastAssistant(state.messages)?.message, state.handoffs).values();
  return [...verdicts].find(({ status, from }) => status === "refused" && from === state.activeAgent)?.reason;
}

async function take(reply: unknown, { runtime, targets }: ModelCall): Promise<Taken> {
  if (typeof reply === "string" && reply.trim() !== "") return { message: new AIMessage(reply) };
  const { handoffTo: target, reason, input = {} } = (isRecord(reply) ? reply : {}) as Record<string, unknown>;
  const name = typeof target === "string" ? runtime.definition.registry.toolNameOf(target) : undefined;
  if (typeof target !== "string") return { problem: "answer with a text, or with { handoffTo, reason?, input? }." };
  if (name === undefined || !targets.includes(target)) {
    const known = targets.map((one) => `"${one}"`).join(", ");
    const wayOut =
      targets.length === 0 ? "Answer with a text." : `You can hand off to ${known}, or answer with a text.`;
    return { problem: `you cannot hand off to "${target}".${didYouMean(target, targets)} ${wayOut}` };
  }
  const wrong = (why: string): Taken => ({ problem: `the input of the handoff to "${target}" is not right: ${why}.` });
  if (!isRecord(input)) return wrong("it is not an object");
  const parsed = await parseInput({ id: undefined, name, args: input }, runtime.edges.get(target)?.input);
  if ("problem" in parsed) return wrong(parsed.problem);
  const content = typeof reason === "string" ? reason : "";
  return { message: new AIMessage({ content, tool_calls: [{ type: "tool_call", name, args: input }] }) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
