import type { ConversationEvent } from "../wire/events.ts";
import { encodeEvent } from "../wire/events.ts";
import { toMistralError } from "../wire/failures.ts";

/** Options of {@link eventStream}. */
export interface EventStreamOptions {
  /** Called when the client leaves before the end; stop the run here. */
  readonly onCancel?: () => void;
  /** Called with an error that ended the stream; the client sees `conversation.response.error`. */
  readonly onError?: (error: unknown) => void;
}

/** Options of {@link textStream}. */
export interface TextStreamOptions extends EventStreamOptions {
  /** What the client reads last where an error ended the stream. Default: nothing. */
  readonly lastWords?: (error: unknown) => string;
  /** Default: `text/event-stream`. */
  readonly type?: string;
}

/** Answers with a stream of Mistral's events; see {@link textStream}. */
export async function eventStream(
  events: AsyncIterable<ConversationEvent>,
  options: EventStreamOptions = {},
): Promise<Response> {
  return textStream(encoded(events), { ...options, lastWords: (error) => encodeEvent(failureOf(error)) });
}

/**
 * Answers with a stream of texts, written as fast as the client reads. An error before the first text is thrown, so that
 * it becomes an ordinary answer with its status.
 */
export async function textStream(texts: AsyncIterable<string>, options: TextStreamOptions = {}): Promise<Response> {
  const { type = "text/event-stream", lastWords = () => "" } = options;
  const iterator = texts[Symbol.asyncIterator]();
  let next: IteratorResult<string> | undefined = await iterator.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = next ?? (await iterator.next());
          next = undefined;
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          options.onError?.(error);
          const last = lastWords(error);
          if (last !== "") controller.enqueue(encoder.encode(last));
          controller.close();
        }
      },
      async cancel() {
        options.onCancel?.();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: { "content-type": type, "cache-control": "no-cache", "x-accel-buffering": "no" },
  });
}

async function* encoded(events: AsyncIterable<ConversationEvent>): AsyncGenerator<string, void> {
  for await (const event of events) yield encodeEvent(event);
}

function failureOf(error: unknown): ConversationEvent {
  const { message, status } = toMistralError(error);
  return { type: "conversation.response.error", created_at: new Date().toISOString(), message, code: status };
}
