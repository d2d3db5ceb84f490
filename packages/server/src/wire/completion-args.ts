import { z } from "zod/v4";
import { textOr } from "./chosen.ts";

const nullableText = z.string().nullable().optional();
const penalty = z.number().min(-2).max(2).nullable().optional();

const jsonSchemaFormat = z.strictObject({
  name: z.string().min(1),
  description: nullableText,
  schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().optional(),
});

/** Reads how an agent answers: text, any JSON object, or JSON by a schema. */
export const responseFormatSchema = z
  .strictObject({
    type: z.enum(["text", "json_object", "json_schema"]).default("text"),
    json_schema: jsonSchemaFormat.nullable().optional(),
  })
  .refine(({ type, json_schema }) => type !== "json_schema" || (json_schema !== undefined && json_schema !== null), {
    message: "A response_format of type json_schema needs the schema.",
    path: ["json_schema"],
  });

/** Reads `completion_args`: the settings of one agent's model calls. */
export const completionArgsSchema = z.strictObject({
  stop: textOr(z.array(z.string())).nullable().optional(),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  temperature: z.number().min(0).max(2).nullable().optional(),
  top_p: z.number().min(0).max(1).nullable().optional(),
  max_tokens: z.number().int().min(1).nullable().optional(),
  random_seed: z.number().int().min(0).nullable().optional(),
  prediction: z
    .strictObject({ type: z.literal("content").default("content"), content: z.string().default("") })
    .nullable()
    .optional(),
  response_format: responseFormatSchema.nullable().optional(),
  tool_choice: z.enum(["auto", "none", "any", "required"]).optional(),
  reasoning_effort: nullableText,
});

/** How an agent answers: text, any JSON object, or JSON by a schema. */
export type ResponseFormat = z.output<typeof responseFormatSchema>;

/** The settings of one agent's model calls. */
export type CompletionArgs = z.output<typeof completionArgsSchema>;
