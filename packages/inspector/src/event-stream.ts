import { respond } from "./respond.ts";

/** Answers with frames over SSE, made as fast as the client reads. `onLeave` is told of a client that leaves. */
export function eventStream(frames: AsyncGenerator<string, void>, onLeave?: () => void): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        onLeave?.();
        await frames.return();
      },
    },
    { highWaterMark: 0 },
  );
  return respond(body, "text/event-stream; charset=utf-8", { headers: { "x-accel-buffering": "no" } });
}
