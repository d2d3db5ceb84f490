import type { Answer, AnswerWriter, Asked } from "./reply.ts";
import { event, isThree, unique } from "./reply.ts";

const USAGE = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };

/** Why a candidate ends, by the script's word for it. */
const REASON = { length: "MAX_TOKENS", content_filter: "SAFETY" } as const;

/**
 * Gemini's answers with thoughts, calls, or nothing at all. Not aimock's, which signs no thought, ends a turn of calls
 * with `FUNCTION_CALL`, where the API says `STOP`, and gives each call an id.
 */
export const writeGemini: AnswerWriter = (answer, asked) => {
  const parts = toParts(answer, asked);
  const finishReason = answer.finish === undefined ? "STOP" : REASON[answer.finish];
  const reply = (some: readonly object[], isLast: boolean) => ({
    candidates: [
      {
        ...(some.length > 0 && { content: { role: "model", parts: some } }),
        ...(isLast && { finishReason }),
        index: 0,
      },
    ],
    usageMetadata: USAGE,
    modelVersion: asked.model,
    responseId: unique(22),
  });
  if (!asked.streams) return { json: reply(parts, true) };
  // One part an event, as the API sends them: calls are never spread over several.
  const events = parts.map((part, index) => reply([part], index === parts.length - 1));
  return { events: (events.length > 0 ? events : [reply([], true)]).map(event) };
};

function toParts({ reasoning, text, calls }: Answer, { model }: Asked): object[] {
  const signed = reasoning !== undefined || isThree(model);
  const parts: object[] = [];
  if (reasoning !== undefined) parts.push({ text: reasoning, thought: true });
  // The signature is the first call's, or that of the text where there is no call.
  if (text !== undefined) parts.push({ text, ...(signed && calls.length === 0 && signature()) });
  for (const [index, { name, args, id }] of calls.entries()) {
    if (typeof args === "string") throw new Error("gemini never writes arguments as text");
    const functionCall = { name, args, ...(id !== undefined && { id }) };
    parts.push({ functionCall, ...(signed && index === 0 && signature()) });
  }
  return parts;
}

function signature() {
  return { thoughtSignature: `Ci${unique(40)}` };
}
