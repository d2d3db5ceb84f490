import type { AnswerWriter, Answer } from "./reply.ts";
import { argsText, event, unique } from "./reply.ts";

/** An item of a response's output. */
type Item = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

const USAGE = {
  input_tokens: 10,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 15,
};

/**
 * OpenAI's Responses. Not aimock's, whose ids are of another form than the server's (`rs-` for `rs_`), which neither seals
 * a thought nor says why a response is incomplete.
 */
export const writeOpenAIResponses: AnswerWriter = (answer, { streams, model, body }) => {
  const output = toItems(answer, { seals: listOf(body["include"]).includes("reasoning.encrypted_content") });
  const base = { id: `resp_${unique(48)}`, object: "response", created_at: 1, model, error: null };
  const started = { ...base, status: "in_progress", incomplete_details: null, output: [], usage: null };
  const whole = { ...base, ...ending(answer), output, usage: USAGE };
  if (!streams) return { json: whole };
  const events = [
    { type: "response.created", response: started },
    { type: "response.in_progress", response: started },
    ...output.flatMap(toEvents),
    { type: `response.${whole.status}`, response: whole },
  ];
  return { events: events.map((data, index) => event({ ...data, sequence_number: index })) };
};

function ending({ finish }: Answer) {
  if (finish === undefined) return { status: "completed", incomplete_details: null };
  return {
    status: "incomplete",
    incomplete_details: { reason: finish === "length" ? "max_output_tokens" : "content_filter" },
  };
}

function toItems({ reasoning, text, calls, finish }: Answer, { seals }: { readonly seals: boolean }): Item[] {
  const status = finish === undefined ? "completed" : "incomplete";
  const items: Item[] = [];
  if (reasoning !== undefined) {
    items.push({
      id: `rs_${unique(48)}`,
      type: "reasoning",
      summary: reasoning === "" ? [] : [{ type: "summary_text", text: reasoning }],
      ...(seals && { encrypted_content: `gAAAA${unique(60)}` }),
    });
  }
  if (text !== undefined) {
    const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
    items.push({ id: `msg_${unique(48)}`, type: "message", role: "assistant", status, content });
  }
  for (const call of calls) {
    const item = { call_id: call.id, name: call.name, arguments: argsText(call), status };
    items.push({ id: `fc_${unique(48)}`, type: "function_call", ...item });
  }
  return items;
}

/** The events in which an item comes. */
function toEvents(item: Item, index: number): Record<string, unknown>[] {
  const at = { item_id: item.id, output_index: index };
  const around = (started: object, inner: readonly Record<string, unknown>[]) => [
    { type: "response.output_item.added", output_index: index, item: { ...item, ...started } },
    ...inner.map((data) => ({ ...at, ...data })),
    { type: "response.output_item.done", output_index: index, item },
  ];
  if (item.type === "reasoning") {
    return around({ summary: [] }, summaryEvents(listOf(item["summary"]) as { text: string }[]));
  }
  if (item.type === "message") {
    const [part] = listOf(item["content"]) as { text: string }[];
    return around({ status: "in_progress", content: [] }, textEvents(part ?? { text: "" }));
  }
  return around({ status: "in_progress", arguments: "" }, [
    ...halves(String(item["arguments"])).map((delta) => ({ type: "response.function_call_arguments.delta", delta })),
    { type: "response.function_call_arguments.done", arguments: item["arguments"] },
  ]);
}

function summaryEvents(parts: readonly { readonly text: string }[]): Record<string, unknown>[] {
  return parts.flatMap((part, index) => {
    const events = [
      { type: "response.reasoning_summary_part.added", part: { ...part, text: "" } },
      ...halves(part.text).map((delta) => ({ type: "response.reasoning_summary_text.delta", delta })),
      { type: "response.reasoning_summary_text.done", text: part.text },
      { type: "response.reasoning_summary_part.done", part },
    ];
    return events.map((data) => ({ summary_index: index, ...data }));
  });
}

function textEvents(part: { readonly text: string }): Record<string, unknown>[] {
  return [
    { type: "response.content_part.added", part: { ...part, text: "" } },
    ...halves(part.text).map((delta) => ({ type: "response.output_text.delta", delta, logprobs: [] })),
    { type: "response.output_text.done", text: part.text, logprobs: [] },
    { type: "response.content_part.done", part },
  ].map((data) => ({ content_index: 0, ...data }));
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== "");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
