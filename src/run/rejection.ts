import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";
import { SwarmError } from "../errors.ts";
import type { Addressee } from "../project/provenance.ts";
import { ruleNamedBy } from "../project/wire/match-rule.ts";
import type { AgentTool } from "../types.ts";
import { overflowOf } from "./overflow.ts";
import { statusOf } from "./retry.ts";
import { capText, describeThrown } from "./serialise.ts";

/** Characters of a provider's text that an error passes on. */
const MAX_TEXT = 2000;

/** Characters from which on a text is looked for in an error: shorter ones are words that stand in any. */
const MIN_QUOTED = 6;

/** A request before it is sent. */
export interface Request {
  readonly messages: readonly BaseMessage[];
  readonly tools: readonly AgentTool[];
}

/** Statuses by which providers say that the request itself is wrong. */
const INVALID: ReadonlySet<number | undefined> = new Set([400, 422]);

/**
 * Checks a request against its provider's rules before it is sent. The rules are loaded on first use: most runs never need
 * them.
 *
 * @throws SwarmError `WIRE_INVALID` with the problems in `details.problems`.
 */
export async function assertValid({ profile }: Addressee, request: Request, agent: string): Promise<void> {
  const { problemsOfPrompt } = await import("../project/validate-wire.ts");
  const problems = problemsOfPrompt(profile.name, request);
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? "" : `, and ${problems.length - 1} more`;
  throw new SwarmError(
    "WIRE_INVALID",
    `the request of agent "${agent}" breaks rule ${first.rule} of ${profile.name} at ${first.path}: ${first.message.replace(/\.$/, "")}${more}. It was not sent.`,
    { agent, details: { profile: profile.name, problems, shape: shapeOf(request) } },
  );
}

/** What was sent, by whom and to whom. */
export interface Sent {
  readonly reader: Addressee;
  readonly request: Request;
  readonly agent: string;
  readonly threadId: string | undefined;
}

/**
 * A provider's "your request is wrong" as one of ours, with the rule where the text tells it, or that the prompt was too
 * long; else `undefined`.
 */
export function rejectionOf(error: unknown, { reader, request, agent, threadId }: Sent): SwarmError | undefined {
  const overflow = overflowOf(error, { agent, threadId, reader, shape: shapeOf(request) });
  if (overflow !== undefined) return overflow;
  if (!INVALID.has(statusOf(error)) || SwarmError.is(error)) return undefined;
  const { name: profile } = reader.profile;
  const said = describeThrown(error);
  const rule = ruleNamedBy(profile, said);
  const text = capText(withoutContents(said, request), MAX_TEXT);
  const shape = shapeOf(request);
  const known = rule === undefined ? "" : ` (rule ${rule})`;
  return new SwarmError(
    "PROVIDER_REJECTED",
    `the provider of agent "${agent}" refused the request${known}: ${statusOf(error)} ${text}. It was written for ${profile} and held: ${shape}. If that is another provider's API, set the agent's profile.`,
    { agent, threadId, cause: error, details: { profile, rule, shape, status: statusOf(error) } },
  );
}

/** A provider's text without the texts of the conversation that it repeats: some quote the input that they refuse. */
function withoutContents(text: string, { messages }: Request): string {
  const contents = messages.flatMap((message) => [message.content, ...callsOf(message).map(({ args }) => args)]);
  const quoted = contents.flatMap(textsIn).filter((content) => content.length >= MIN_QUOTED);
  return [...new Set(quoted)]
    .sort((one, other) => other.length - one.length)
    .flatMap((content) => [content, JSON.stringify(content).slice(1, -1)])
    .reduce((rest, content) => rest.replaceAll(content, () => "[...]"), text);
}

/** Every text in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value.trim()];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a request is made of, without its contents: `system, human, ai (2 calls), tool, tool; 3 tools`. */
export function shapeOf({ messages, tools }: Request): string {
  const turns = messages.map((message) => {
    const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []).length : 0;
    return calls === 0 ? message.type : `${message.type} (${calls} ${calls === 1 ? "call" : "calls"})`;
  });
  return `${turns.join(", ")}; ${tools.length} ${tools.length === 1 ? "tool" : "tools"}`;
}
