import type { SwarmEvent, SwarmEventOf } from "./events.ts";
import { mapEvents } from "./mapper.ts";
import type { EventMapper, Events, Mapped } from "./mapper.ts";

/** A chunk of OpenAI's Chat Completions stream. Fits the client's `ChatCompletionChunk` by its structure. */
export interface OpenAIChunk {
  readonly id: string;
  readonly object: "chat.completion.chunk";
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: 0;
    readonly delta: OpenAIDelta;
    readonly finish_reason: OpenAIFinish | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

/** Why a completion ended: `content_filter` where a guardrail ended the turn. */
export type OpenAIFinish = "stop" | "tool_calls" | "content_filter";

/** What a chunk adds. */
export interface OpenAIDelta {
  readonly role?: "assistant";
  readonly content?: string;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id: string;
    readonly type: "function";
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

/** What stands in the stream instead of its end where the run failed: OpenAI's client throws it. */
export interface OpenAIStreamError {
  readonly error: { readonly message: string; readonly type: "server_error"; readonly code: string };
}

/** Options of {@link toOpenAIChunks}. */
export interface OpenAIChunksOptions {
  /** What the chunks name as the model, e.g. the swarm. */
  readonly model: string;
  /** Default: made of the run's id. */
  readonly id?: string | undefined;
}

/**
 * Events as one completion: what the agents say, with an empty line between two messages; their own tools and handoffs stay
 * inside. Tools that the caller is to run end it with `tool_calls`, a guardrail that ended the turn with `content_filter`. Applied by {@link toOpenAIChunks}.
 */
export function openAIChunksMapper({ model, id }: OpenAIChunksOptions): EventMapper<OpenAIChunk | OpenAIStreamError> {
  const told = new Set<string>();
  let said: string | undefined;
  let calls = 0;
  const chunk = (event: SwarmEvent, delta: OpenAIDelta, finish: OpenAIFinish | null = null): OpenAIChunk => ({
    ...base(event),
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const base = ({ runId, ts }: SwarmEvent) => ({
    id: id ?? `chatcmpl-${runId}`,
    object: "chat.completion.chunk" as const,
    created: Math.floor(ts / 1000),
    model,
  });
  const say = (event: SwarmEventOf<"message.delta" | "message.done">): OpenAIChunk => {
    const gap = said === undefined || said === event.id ? "" : "\n\n";
    said = event.id;
    told.add(event.id);
    return chunk(event, { content: gap + event.text });
  };
  const call = (event: SwarmEventOf<"approval.requested">): OpenAIChunk => {
    const inner = { name: event.name, arguments: JSON.stringify(event.input ?? {}) };
    calls += 1;
    return chunk(event, { tool_calls: [{ index: calls - 1, id: event.callId, type: "function", function: inner }] });
  };
  const finish = (event: SwarmEventOf<"run.done" | "run.interrupted">): OpenAIChunk[] => {
    const { input, output, total } = event.tokens;
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: total };
    const isFiltered = event.type === "run.done" && event.outcome?.kind === "guardrail";
    const reason = isFiltered ? "content_filter" : calls > 0 ? "tool_calls" : "stop";
    return [chunk(event, {}, reason), { ...base(event), choices: [], usage }];
  };
  return {
    push(event) {
      switch (event.type) {
        case "run.started":
          said = undefined;
          calls = 0;
          return [chunk(event, { role: "assistant", content: "" })];
        case "message.delta":
          return [say(event)];
        case "message.done":
          return event.text === "" || told.has(event.id) ? [] : [say(event)];
        case "approval.requested":
          return event.needs === "result" ? [call(event)] : [];
        case "run.done":
        case "run.interrupted":
          return finish(event);
        case "run.error":
          return [{ error: { message: event.message, type: "server_error", code: event.code } }];
        default:
          return [];
      }
    },
    end: () => [],
  };
}

/**
 * A run's events as OpenAI's chunks, the last with the usage. Without the `[DONE]` that a server sends behind them.
 *
 * @example
 * ```ts
 * import { toOpenAIChunks } from "swarmgraph";
 *
 * toOpenAIChunks([], { model: "support-swarm" }); // []
 * ```
 */
export function toOpenAIChunks<E extends Events>(
  events: E,
  options: OpenAIChunksOptions,
): Mapped<E, OpenAIChunk | OpenAIStreamError> {
  return mapEvents(events, openAIChunksMapper(options));
}
