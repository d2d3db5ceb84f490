import { z } from "zod/v4";

const text = z.object({ type: z.literal("text"), text: z.string() });
const imageUrl = z.object({
  type: z.literal("image_url"),
  image_url: z.object({ url: z.string(), detail: z.string().optional() }),
});

/** What a user says, as OpenAI has it: a text, or texts and pictures. */
export const userContent = z.union([z.string(), z.array(z.union([text, imageUrl]))]);

/** What anybody else says: a text, or pieces of one. */
export const plainContent = z.union([z.string(), z.array(text)]);

/** A call of a tool, as OpenAI and AG-UI have it. */
export const toolCall = z.object({
  id: z.string(),
  type: z.literal("function").default("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

/** The text of {@link plainContent}. */
export function textOf(content: z.infer<typeof plainContent> | null | undefined): string {
  return typeof content === "string" ? content : (content ?? []).map((part) => part.text).join("");
}
