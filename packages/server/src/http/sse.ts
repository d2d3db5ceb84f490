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

/**
 * Answers with a stream of events, written as fast as the client reads. An error before the first event is thrown, so
 * that it becomes an ordinary answer with its status; a later one becomes the last event of the stream.
 */
export async function eventStream(
  events: AsyncIterable<ConversationEvent>,
  options: EventStreamOptions = {},
): Promise<Response> {
  const iterator = events[Symbol.asyncIterator]();
  let next: IteratorResult<ConversationEvent> | undefined = await iterator.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = next ?? (await iterator.next());
          next = undefined;
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(encodeEvent(value)));
        } catch (error) {
          options.onError?.(error);
          controller.enqueue(encoder.encode(encodeEvent(failureOf(error))));
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
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" },
  });
}

function failureOf(error: unknown): ConversationEvent {
  const { message, status } = toMistralError(error);
  return { type: "conversation.response.error", created_at: new Date().toISOString(), message, code: status };
}
