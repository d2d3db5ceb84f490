import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod/v4";
import type { Conversations } from "../conversations/conversations.ts";
import type { ConversationRun, RunOptions } from "../conversations/options.ts";
import { isRecord } from "../wire/chosen.ts";
import { parseRequest } from "../wire/errors.ts";
import type { ConversationResponse } from "../wire/responses.ts";
import { report } from "./errors.ts";
import type { OnFailure } from "./errors.ts";
import { readJson } from "./limits.ts";
import { metadataFilter, paging } from "./query.ts";
import { runSignal } from "./run-signal.ts";
import { eventStream } from "./sse.ts";

/** Options of {@link conversationRoutes}. */
export interface ConversationRoutesOptions {
  /** Ends every run when it is aborted. */
  readonly stop?: AbortSignal | undefined;
  readonly onFailure?: OnFailure | undefined;
}

/** One run, as a whole and as events. */
interface Run {
  readonly whole: (options: RunOptions) => Promise<ConversationResponse>;
  readonly events: (options: RunOptions) => ConversationRun;
}

const listQuery = z.object({ ...paging, metadata: metadataFilter });

/**
 * The routes of `/v1/conversations`. Where the body says `stream: true`, a run is answered by events. A client that
 * leaves ends its run.
 */
export function conversationRoutes(conversations: Conversations, options: ConversationRoutesOptions = {}): Hono {
  const { stop, onFailure } = options;
  const answer = async (context: Context, body: unknown, run: Run): Promise<Response> => {
    const { signal, leave, end } = runSignal(context.req.raw.signal, stop);
    if (isRecord(body) && body["stream"] === true) {
      return eventStream(untilEnd(run.events({ signal }), end), {
        onCancel: leave,
        onError: (error) => report(context, error, onFailure),
      });
    }
    try {
      return context.json(await run.whole({ signal }));
    } finally {
      end();
    }
  };
  return new Hono()
    .post("/", async (c) => {
      const body = await readJson(c);
      return answer(c, body, {
        whole: (to) => conversations.start(body, to),
        events: (to) => conversations.startStream(body, to),
      });
    })
    .get("/", async (c) => c.json(await conversations.list(parseRequest(listQuery, c.req.query(), ["query"]))))
    .get("/:id", async (c) => c.json(await conversations.get(c.req.param("id"))))
    .delete("/:id", async (c) => {
      await conversations.delete(c.req.param("id"));
      return c.body(null, 204);
    })
    .get("/:id/history", async (c) => c.json(await conversations.history(c.req.param("id"))))
    .get("/:id/messages", async (c) => c.json(await conversations.messages(c.req.param("id"))))
    .post("/:id", async (c) => {
      const id = c.req.param("id");
      const body = await readJson(c);
      return answer(c, body, {
        whole: (to) => conversations.append(id, body, to),
        events: (to) => conversations.appendStream(id, body, to),
      });
    })
    .post("/:id/restart", async (c) => {
      const id = c.req.param("id");
      const body = await readJson(c);
      return answer(c, body, {
        whole: (to) => conversations.restart(id, body, to),
        events: (to) => conversations.restartStream(id, body, to),
      });
    });
}

async function* untilEnd(run: ConversationRun, end: () => void): ConversationRun {
  try {
    return yield* run;
  } finally {
    end();
  }
}
