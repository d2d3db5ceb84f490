import { z } from "zod/v4";
import { completionArgsSchema } from "./completion-args.ts";
import { chosen, textOr } from "./chosen.ts";
import type { EntryInput, InputEntry } from "./entries.ts";
import { inputEntrySchema } from "./entries.ts";
import { toolSchema } from "./tools.ts";

const name = z.string().min(1).max(256);
const nullableText = z.string().nullable().optional();
const metadata = z.record(z.string(), z.unknown()).nullable().optional();
const guardrails = z.array(z.record(z.string(), z.unknown())).nullable().optional();
const handoffs = z.array(z.string()).min(1).nullable().optional();

const agentFields = {
  instructions: nullableText,
  tools: z.array(toolSchema).optional(),
  completion_args: completionArgsSchema.optional(),
  guardrails,
  description: nullableText,
  /** Ids of agents; at least one. `null` and absent mean none. */
  handoffs,
  metadata,
  version_message: z.string().max(500).nullable().optional(),
};

/** Reads the body of `POST /v1/agents`. */
export const createAgentSchema = z.strictObject({ ...agentFields, model: z.string().min(1), name });

/** Reads the body of `PATCH /v1/agents/{id}`: a field that is left out stays, `handoffs: null` takes them away. */
export const updateAgentSchema = z.strictObject({
  ...agentFields,
  model: z.string().min(1).nullable().optional(),
  name: name.nullable().optional(),
  deployment_chat: z.boolean().nullable().optional(),
});

/** What a conversation begins or goes on with. */
export type ConversationInputs = string | readonly InputEntry[];

/** Where handoffs are decided: `server` goes on inside the run, `client` stops and lets the client decide. */
export type HandoffExecution = "client" | "server";

const inputs = textOr<readonly InputEntry[]>(z.array(inputEntrySchema)) as unknown as z.ZodType<
  ConversationInputs,
  string | readonly EntryInput[]
>;
const handoffExecution = z.enum(["client", "server"]);
const version = chosen<string | number>(
  (value) => (typeof value === "string" ? z.string().min(1) : z.number().int().min(0)),
  "Expected the number of a version, or an alias.",
);

/** Reads the body of `POST /v1/conversations`; exactly one of `agent_id` and `model` is needed. */
export const startConversationSchema = z
  .strictObject({
    inputs,
    stream: z.boolean().default(false),
    store: z.boolean().nullable().optional(),
    handoff_execution: handoffExecution.nullable().optional(),
    instructions: nullableText,
    tools: z.array(toolSchema).nullable().optional(),
    completion_args: completionArgsSchema.nullable().optional(),
    guardrails,
    name: nullableText,
    description: nullableText,
    metadata,
    agent_id: nullableText,
    agent_version: version.nullable().optional(),
    model: nullableText,
  })
  .superRefine((request, context) => {
    const hasAgent = typeof request.agent_id === "string";
    if (hasAgent === (typeof request.model === "string")) {
      const message = hasAgent
        ? "A conversation has an agent_id or a model, not both."
        : "A conversation needs an agent_id or a model.";
      context.addIssue({ code: "custom", path: hasAgent ? ["model"] : ["agent_id"], message });
    }
    if (!hasAgent && request.agent_version !== undefined && request.agent_version !== null) {
      context.addIssue({ code: "custom", path: ["agent_version"], message: "agent_version goes with an agent_id." });
    }
  });

const confirmation = z.strictObject({ tool_call_id: z.string().min(1), confirmation: z.enum(["allow", "deny"]) });

const appendFields = {
  inputs: inputs.optional(),
  stream: z.boolean().default(false),
  store: z.boolean().default(true),
  handoff_execution: handoffExecution.default("server"),
  completion_args: completionArgsSchema.optional(),
};

/** Reads the body of `POST /v1/conversations/{id}`. */
export const appendConversationSchema = z.strictObject({
  ...appendFields,
  /** Functions for this run alone; not in Mistral's own schema. */
  tools: z.array(toolSchema).nullable().optional(),
  tool_confirmations: z.array(confirmation).nullable().optional(),
});

/** Reads the body of `POST /v1/conversations/{id}/restart`. */
export const restartConversationSchema = z.strictObject({
  ...appendFields,
  from_entry_id: z.string().min(1),
  guardrails,
  metadata,
  agent_version: version.nullable().optional(),
});

/** The body of `POST /v1/agents`, as a client writes it. */
export type CreateAgentRequest = z.input<typeof createAgentSchema>;
/** The body of `PATCH /v1/agents/{id}`, as a client writes it. */
export type UpdateAgentRequest = z.input<typeof updateAgentSchema>;
/** The body of `POST /v1/conversations`, as a client writes it. */
export type StartConversationBody = z.input<typeof startConversationSchema>;
/** The body of `POST /v1/conversations/{id}`, as a client writes it. */
export type AppendConversationBody = z.input<typeof appendConversationSchema>;
/** The body of `POST /v1/conversations/{id}/restart`, as a client writes it. */
export type RestartConversationBody = z.input<typeof restartConversationSchema>;
/** The body of `POST /v1/conversations`, read. */
export type StartConversationRequest = z.output<typeof startConversationSchema>;
/** The body of `POST /v1/conversations/{id}`, read. */
export type AppendConversationRequest = z.output<typeof appendConversationSchema>;
/** The body of `POST /v1/conversations/{id}/restart`, read. */
export type RestartConversationRequest = z.output<typeof restartConversationSchema>;
/** The client's decision about a call that needs approval. */
export type ToolConfirmation = z.output<typeof confirmation>;
