import type { Answer, AnswerWriter } from "./reply.ts";
import { argsText, event, unique } from "./reply.ts";

/** Why an answer ends, by the script's word for it: Mistral has none for a filter. */
const REASON = { length: "length", content_filter: "error" } as const;

/**
 * Mistral's answers. Not aimock's, which takes them for OpenAI's: it spreads calls over several events, where the API sends
 * all of them whole in its last one, with the usage, and it has no thoughts in Mistral's form.
 */
export const writeMistral: AnswerWriter = (answer, { model, streams }) => {
  const base = { id: unique(32), created: 1, model };
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const ending = answer.calls.length > 0 ? "tool_calls" : "stop";
  const finish = answer.finish === undefined ? ending : REASON[answer.finish];
  if (!streams) {
    const message = { role: "assistant", content: toContent(answer), ...toCalls(answer) };
    const choices = [{ index: 0, message, finish_reason: finish }];
    return { json: { ...base, object: "chat.completion", choices, usage } };
  }
  const deltas = [
    { role: "assistant", content: "" },
    ...(answer.reasoning === undefined ? [] : [{ content: [thought(answer.reasoning)] }]),
    ...(answer.text === undefined ? [] : [{ content: answer.text }]),
  ];
  const last = { content: "", ...toCalls(answer) };
  const chunk = (delta: object, more: object = {}) =>
    event({
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: null, ...more }],
    });
  const end = event({
    ...base,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: last, finish_reason: finish }],
    usage,
  });
  return { events: [...deltas.map((delta) => chunk(delta)), end, "data: [DONE]\n\n"] };
};

function toContent({ reasoning, text = "" }: Answer): unknown {
  if (reasoning === undefined) return text;
  return [thought(reasoning), ...(text === "" ? [] : [{ type: "text", text }])];
}

function thought(text: string) {
  return { type: "thinking", thinking: [{ type: "text", text }] };
}

function toCalls({ calls }: Answer): object {
  if (calls.length === 0) return {};
  return {
    tool_calls: calls.map((call, index) => ({
      id: call.id,
      function: { name: call.name, arguments: argsText(call) },
      index,
    })),
  };
}
