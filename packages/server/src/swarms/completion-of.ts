import type { OpenAIChunk, OpenAIDelta, OpenAIFinish, OpenAIStreamError } from "swarmgraph";

/** An answer of `POST /v1/chat/completions`. Fits the client's `ChatCompletion` by its structure. */
export interface ChatCompletion {
  readonly id: string;
  readonly object: "chat.completion";
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: 0;
    readonly message: {
      readonly role: "assistant";
      readonly content: string | null;
      readonly refusal: null;
      readonly tool_calls?: readonly Call[];
    };
    readonly logprobs: null;
    readonly finish_reason: OpenAIFinish;
  }[];
  readonly usage?: OpenAIChunk["usage"];
}

type Call = Omit<NonNullable<OpenAIDelta["tool_calls"]>[number], "index">;

/** The one answer that chunks add up to. */
export async function completionOf(chunks: AsyncIterable<OpenAIChunk | OpenAIStreamError>): Promise<ChatCompletion> {
  let head = { id: "", created: 0, model: "" };
  let content = "";
  let finish: OpenAIFinish = "stop";
  let usage: OpenAIChunk["usage"];
  const calls: Call[] = [];
  for await (const chunk of chunks) {
    // What failed is thrown next, with its status.
    if ("error" in chunk) continue;
    head = { id: chunk.id, created: chunk.created, model: chunk.model };
    usage = chunk.usage ?? usage;
    for (const { delta, finish_reason: reason } of chunk.choices) {
      content += delta.content ?? "";
      calls.push(...(delta.tool_calls ?? []).map(({ index: _index, ...call }) => call));
      finish = reason ?? finish;
    }
  }
  const said = content === "" && calls.length > 0 ? null : content;
  const message = {
    role: "assistant" as const,
    content: said,
    refusal: null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    ...(usage && { usage }),
  };
}
