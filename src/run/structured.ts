import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { interopSafeParseAsync } from "@langchain/core/utils/types";
import type { InteropZodType } from "@langchain/core/utils/types";
import { messageNameFor } from "../define/tool-name.ts";
import { textOf } from "../define/text-of.ts";
import { SwarmError } from "../errors.ts";
import type { PayloadSchema, RunContext } from "../types.ts";
import { describeIssues } from "./judge.ts";
import { callModel } from "./model-call.ts";
import type { ModelCall } from "./model-call.ts";

/** Formatting calls before a schema is given up on. */
const MAX_ATTEMPTS = 2;

/** A schema that an answer must fit, ready for the wire. */
export interface AnswerFormat {
  readonly schema: PayloadSchema;
  readonly json: Record<string, unknown>;
  readonly name: string;
}

const formats = new WeakMap<PayloadSchema, AnswerFormat>();

/** A responseFormat's JSON schema, converted once. */
export function answerFormat(schema: PayloadSchema, agent: string): AnswerFormat {
  const known = formats.get(schema);
  if (known !== undefined) return known;
  const json = toJsonSchema(schema as unknown as InteropZodType) as Record<string, unknown>;
  const format = { schema, json, name: `${messageNameFor(agent).slice(0, 50)}_answer` };
  formats.set(schema, format);
  return format;
}

/**
 * The structured form of a final answer: the answer itself where it is JSON that fits, else one formatting call without
 * tools, and another with the problems named.
 *
 * @throws SwarmError `OUTPUT_SCHEMA` where the model does not manage.
 */
export async function structure(
  answer: AIMessage,
  format: AnswerFormat,
  call: ModelCall,
  run: RunContext,
): Promise<unknown> {
  let parsed = await parseAnswer(textOf(answer), format);
  const turns: BaseMessage[] = [];
  let said = textOf(answer);
  for (let attempt = 1; "problem" in parsed && attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (said.trim() !== "") turns.push(new AIMessage(said));
    turns.push(formatRequest(format.json, attempt === 1 ? undefined : parsed.problem));
    const key = `${call.key}.format${attempt}`;
    const [reply] = (await callModel({ ...call, further: [...turns], targets: [], withTools: false, key }, run))
      .replies;
    said = reply.text;
    parsed = await parseAnswer(said, format);
  }
  if (!("problem" in parsed)) return parsed.value;
  const { name } = call.runtime.agent;
  throw new SwarmError(
    "OUTPUT_SCHEMA",
    `the answer of agent "${name}" does not fit its responseFormat: ${parsed.problem}.`,
    { agent: name },
  );
}

async function parseAnswer(text: string, { schema }: AnswerFormat): Promise<{ value: unknown } | { problem: string }> {
  let json: unknown;
  try {
    json = JSON.parse(withoutFence(text));
  } catch {
    return { problem: "it is not JSON" };
  }
  const parsed = await interopSafeParseAsync(schema as unknown as InteropZodType, json);
  return parsed.success ? { value: parsed.data } : { problem: describeIssues(parsed.error) };
}

/** Models like to wrap JSON in a Markdown code block. */
function withoutFence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith("```") || !trimmed.endsWith("```")) return trimmed;
  return trimmed.slice(trimmed.indexOf("\n") + 1, -3);
}

function formatRequest(schema: Readonly<Record<string, unknown>>, problem: string | undefined): HumanMessage {
  const why = problem === undefined ? "" : ` The JSON did not fit: ${problem}.`;
  return new HumanMessage(
    `Give your last answer as JSON only, fitting this JSON schema: ${JSON.stringify(schema)}.${why}`,
  );
}
