import { eventStream } from "./event-stream.ts";
import type { ResolvedOptions } from "./options.ts";

/** How long a page waits before it comes back, in milliseconds. */
const RETRY = 500;

/**
 * The feed over SSE: first `hello`, with the version that is served and the id of the feed's newest event, then the events that
 * are kept and those that come. A page that comes back names the last event that it had, and goes on behind it.
 */
export function follow(request: Request, { feed, stop }: ResolvedOptions, version: string | null): Response {
  const left = new AbortController();
  const leave = (): void => left.abort();
  stop?.addEventListener("abort", leave, { signal: left.signal });
  if (stop?.aborted === true) leave();
  const after = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("after") ?? undefined;
  const frames = async function* (): AsyncGenerator<string, void> {
    try {
      const hello = { version, last: feed.last ?? null };
      yield `retry: ${RETRY}\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`;
      for await (const { id, event } of feed.follow({ after, signal: left.signal })) {
        yield `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
      }
    } finally {
      leave();
    }
  };
  return eventStream(frames(), leave);
}
