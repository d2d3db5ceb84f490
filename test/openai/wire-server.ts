import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown> & { readonly messages: Record<string, unknown>[] };
  /** Resolves when the client has gone before the answer was whole. */
  readonly dropped: Promise<void>;
}

/** What the server does with a request. */
export type Answer =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  | {
      readonly events: readonly unknown[];
      /** `done`: with `[DONE]`; `silent`: without; `cut`: the socket is destroyed; `hang`: nothing more comes. */
      readonly end?: "done" | "silent" | "cut" | "hang";
    }
  | { readonly never: true };

/** A Chat Completions server on 127.0.0.1 that answers as it is told and records what it was asked. */
export interface WireServer {
  readonly baseURL: string;
  readonly requests: readonly SeenRequest[];
  /** The body of the last request. */
  readonly lastBody: SeenRequest["body"];
  /** Answers for the next requests, in order. */
  next(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startWireServer(): Promise<WireServer> {
  const requests: SeenRequest[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const dropped = new Promise<void>((resolve) => {
        response.on("close", () => {
          if (!response.writableFinished) resolve();
        });
      });
      const body = JSON.parse(Buffer.concat(parts).toString()) as SeenRequest["body"];
      requests.push({ path: request.url ?? "", headers: request.headers, body, dropped });
      send(response, answers.shift() ?? { status: 418, json: { error: { message: "no answer was scripted" } } });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    get lastBody() {
      const last = requests.at(-1);
      if (last === undefined) throw new Error("no request was made");
      return last.body;
    },
    next: (...more) => void answers.push(...more),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, answer: Answer): void {
  if ("never" in answer) return;
  if ("json" in answer) {
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(answer.json));
    return;
  }
  const end = answer.end ?? "done";
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for (const event of answer.events) {
    response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
  }
  if (end === "done") response.end("data: [DONE]\n\n");
  if (end === "silent") response.end();
  // After the events have left, or the client would see none of them.
  if (end === "cut") setTimeout(() => response.destroy(), 20);
}

/** Everything that an iterable gives. */
export async function collect<T>(source: AsyncIterable<T> | Promise<AsyncIterable<T>>): Promise<T[]> {
  const all: T[] = [];
  // LangChain's stream of events is also a promise of its message.
  for await (const each of Symbol.asyncIterator in source ? source : await source) all.push(each);
  return all;
}

/** Token counts as OpenAI sends them. */
export const USAGE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

/** A whole completion. */
export function completion(message: Record<string, unknown>, finishReason: string | null = "stop"): { json: unknown } {
  return {
    json: {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model: "test-model-1",
      system_fingerprint: "fp_1",
      choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: finishReason }],
      usage: USAGE,
    },
  };
}

/** One event of a stream. */
export function chunk(delta: Record<string, unknown>, finishReason: string | null = null): Record<string, unknown> {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "test-model-1",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}

/** A delta of tool calls. */
export function calls(...deltas: readonly Record<string, unknown>[]): Record<string, unknown> {
  return chunk({ tool_calls: deltas });
}

/** The event that a stream with usage ends with. */
export const USAGE_EVENT = {
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  model: "test-model-1",
  choices: [],
  usage: USAGE,
};

/** A whole function call on the wire. */
export function wireCall(id: string, name: string, args: string): Record<string, unknown> {
  return { id, type: "function", function: { name, arguments: args } };
}
