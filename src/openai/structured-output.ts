import type { AIMessage } from "@langchain/core/messages";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { isSerializableSchema } from "@langchain/core/utils/standard_schema";
import { interopSafeParseAsync, isInteropZodSchema } from "@langchain/core/utils/types";
import type { OpenAI } from "openai";
import { SwarmError } from "../errors.ts";
import { toStrictSchema } from "./strict-schema.ts";

/** How the schema of an answer is sent. */
export interface AnswerFormatOptions {
  /** The schema's name on the wire. Default: its `title`, else `answer`. */
  readonly name?: string | undefined;
  /** Default: strict where strict mode can express the schema. */
  readonly strict?: boolean | undefined;
}

/** A zod schema, a standard schema with a JSON schema, or a JSON schema as `response_format`. */
export function toResponseFormat(schema: unknown, options: AnswerFormatOptions = {}): OpenAI.ResponseFormatJSONSchema {
  const json = toJsonSchema(schema as Parameters<typeof toJsonSchema>[0]) as Record<string, unknown>;
  const strictSchema = options.strict === false ? undefined : toStrictSchema(json);
  const { title } = json;
  return {
    type: "json_schema",
    json_schema: {
      name: options.name ?? (typeof title === "string" ? title.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) : "answer"),
      schema: strictSchema ?? json,
      strict: options.strict ?? strictSchema !== undefined,
    },
  };
}

/**
 * The value that an answer holds: its whole text, parsed strictly and checked against the schema.
 *
 * @throws SwarmError `MODEL_REFUSED`, `MODEL_OUTPUT_TRUNCATED`, or `OUTPUT_SCHEMA` where the text does not fit.
 */
export async function parseAnswer(answer: AIMessage, schema: unknown): Promise<Record<string, unknown>> {
  const { finish_reason: finishReason } = answer.response_metadata;
  const { refusal } = answer.additional_kwargs;
  if (typeof refusal === "string" || finishReason === "content_filter") {
    throw new SwarmError(
      "MODEL_REFUSED",
      `the model refused the answer: ${typeof refusal === "string" ? refusal : "its content filter withheld it"}`,
    );
  }
  if (finishReason === "length") {
    throw new SwarmError(
      "MODEL_OUTPUT_TRUNCATED",
      "the answer was cut by the model's output limit before its JSON was whole. Raise maxTokens.",
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch (cause) {
    throw new SwarmError("OUTPUT_SCHEMA", "the answer is not JSON. Ask again.", { cause, retryable: true });
  }
  return (await check(value, schema)) as Record<string, unknown>;
}

async function check(value: unknown, schema: unknown): Promise<unknown> {
  if (isInteropZodSchema(schema)) {
    const parsed = await interopSafeParseAsync(schema, value);
    if (parsed.success) return parsed.data;
    throw misfit(parsed.error);
  }
  if (!isSerializableSchema(schema)) return value;
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw misfit(result.issues);
}

function misfit(cause: unknown): SwarmError {
  return new SwarmError("OUTPUT_SCHEMA", "the answer does not fit its schema, see the cause. Ask again.", {
    cause,
    retryable: true,
  });
}
