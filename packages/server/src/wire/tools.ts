import { z } from "zod/v4";
import type { BuiltInTool } from "./chunks.ts";
import { chosen, isRecord } from "./chosen.ts";

/** Which functions of a tool may be used, and which need the client's approval. */
export interface ToolConfiguration {
  readonly include?: readonly string[] | null | undefined;
  readonly exclude?: readonly string[] | null | undefined;
  /** Names of functions that run only after `tool_confirmations` allowed the call. */
  readonly requires_confirmation?: readonly string[] | null | undefined;
}

/** A function that the client runs: the conversation stops at its call. */
export interface FunctionTool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly strict?: boolean | undefined;
    /** JSON Schema. */
    readonly parameters: Readonly<Record<string, unknown>>;
  };
}

/** One of Mistral's own tools; the server runs its own implementation. */
export interface BuiltInToolSpec {
  /** Which tool of the server. */
  readonly type: BuiltInTool;
  /** Which calls wait for an approval. */
  readonly tool_configuration?: ToolConfiguration | null | undefined;
  /** Only for `document_library`. */
  readonly library_ids?: readonly string[] | undefined;
}

/** A tool server, by the id it is known by. */
export interface ConnectorTool {
  readonly type: "connector";
  readonly connector_id: string;
  readonly authorization?: Readonly<Record<string, unknown>> | null | undefined;
  readonly tool_configuration?: ToolConfiguration | null | undefined;
}

/** A tool of an agent or a conversation. */
export type ToolSpec = FunctionTool | BuiltInToolSpec | ConnectorTool;

const names = z.array(z.string().min(1)).nullable().optional();
const configuration = {
  tool_configuration: z
    .strictObject({ include: names, exclude: names, requires_confirmation: names })
    .nullable()
    .optional(),
};
const builtIn = (type: Exclude<BuiltInTool, "document_library">) =>
  z.strictObject({ type: z.literal(type), ...configuration });

const known: Readonly<Record<ToolSpec["type"], z.ZodType<ToolSpec>>> = {
  function: z.strictObject({
    type: z.literal("function"),
    function: z.strictObject({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/u, "Expected 1 to 64 letters, digits, _ or -."),
      description: z.string().optional(),
      strict: z.boolean().optional(),
      parameters: z.record(z.string(), z.unknown()),
    }),
  }),
  web_search: builtIn("web_search"),
  web_search_premium: builtIn("web_search_premium"),
  code_interpreter: builtIn("code_interpreter"),
  image_generation: builtIn("image_generation"),
  document_library: z.strictObject({
    type: z.literal("document_library"),
    library_ids: z.array(z.string()).min(1),
    ...configuration,
  }),
  connector: z.strictObject({
    type: z.literal("connector"),
    connector_id: z.string().min(1),
    authorization: z.record(z.string(), z.unknown()).nullable().optional(),
    ...configuration,
  }),
};
const types = z.enum(Object.keys(known) as [ToolSpec["type"], ...ToolSpec["type"][]]);
const noTool = z.looseObject({ type: types }) as unknown as z.ZodType<ToolSpec>;

/** Reads a tool. A type that is not known is refused: a tool that nobody runs would only mislead the model. */
export const toolSchema: z.ZodType<ToolSpec, ToolSpec> = chosen<ToolSpec>((value) => {
  if (!isRecord(value)) return undefined;
  const type = types.safeParse(value["type"]);
  return type.success ? known[type.data] : noTool;
}, "Expected a tool: an object with a type.");
