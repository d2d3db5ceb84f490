import type { Context } from "hono";
import { callerOf } from "../http/caller.ts";
import { runSignal } from "../http/run-signal.ts";
import { textStream } from "../http/sse.ts";
import type { HostedSwarm } from "./hosted-swarm.ts";
import type { SwarmRoutesOptions } from "./options.ts";

/** How long a client waits before it comes back, in milliseconds. */
const RETRY = 1_000;

/**
 * The events of a swarm's runs on this server, those of the caller's tenant alone: the newest that are kept, then what comes,
 * as Server-Sent Events. Each has an id; a client that comes back with `Last-Event-ID`, or `?after=`, misses nothing that is
 * kept. A client that leaves ends no run.
 */
export async function followRuns(
  context: Context,
  { feed }: HostedSwarm,
  { stop, closing = stop }: SwarmRoutesOptions,
): Promise<Response> {
  const { tenant } = callerOf(context);
  const { signal, leave, end } = runSignal(context.req.raw.signal, closing);
  const after = context.req.header("last-event-id") ?? context.req.query("after");
  const frames = async function* (): AsyncGenerator<string, void> {
    try {
      yield `retry: ${RETRY}\n\n`;
      for await (const { id, event: told } of feed.follow({ after, signal })) {
        if (told.tenant !== tenant) continue;
        yield `event: ${told.event.type}\nid: ${id}\ndata: ${JSON.stringify(told.event)}\n\n`;
      }
    } finally {
      end();
    }
  };
  return textStream(frames(), { onCancel: leave });
}
