import { z } from "zod/v4";
import { chatMessage } from "./chat-messages.ts";

const tool = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});

/**
 * The body of `POST /v1/chat/completions`. What tunes a model (`temperature` and the like) is the agents' own and passed
 * over; what would change the form of the answer is refused where it cannot be had.
 */
export const chatRequest = z.object({
  model: z.string(),
  messages: z.array(chatMessage).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z.enum(["auto", "none"], "A swarm takes auto and none.").nullish(),
  response_format: z
    .object({ type: z.literal("text", "A swarm answers in the form that its agents are set to.") })
    .nullish(),
  n: z.literal(1, "A swarm gives one answer.").nullish(),
  user: z.string().min(1).max(512).nullish(),
});

/** See {@link chatRequest}. */
export type ChatRequest = z.infer<typeof chatRequest>;
