import type { Context, MiddlewareHandler } from "hono";
import { MistralError, invalidField } from "../wire/errors.ts";

/** The largest body of a request, in bytes. */
export const DEFAULT_MAX_BODY_BYTES = 1_000_000;

const MAX_DEPTH = 64;
const MAX_BYTES = "maxBodyBytes";

/** Refuses, with 413, a body above `maxBytes`: by its told length at once, else when {@link readJson} has read so much. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async (context, next) => {
    if (Number(context.req.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
    context.set(MAX_BYTES, maxBytes);
    await next();
  };
}

/**
 * Reads the body of a request as JSON.
 *
 * @throws MistralError 413 where the body is too large, 415 where the body is not said to be JSON (a page of another site could send it then), 422
 * where it is not JSON, or nested deeper than 64 levels.
 */
export async function readJson(context: Context): Promise<unknown> {
  const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new MistralError("The body must be JSON, with the content type application/json.", {
      status: 415,
      code: "unsupported_media_type",
    });
  }
  const text = await readText(context.req.raw.body, Number(context.get(MAX_BYTES) ?? DEFAULT_MAX_BODY_BYTES));
  if (depthOf(text) > MAX_DEPTH) {
    throw invalidField(["body"], `The body is nested deeper than ${MAX_DEPTH} levels.`, { type: "json_invalid" });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidField(["body"], "The body is not valid JSON.", { type: "json_invalid" });
  }
}

async function readText(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function tooLarge(maxBytes: number): MistralError {
  const message = `The body of a request may have ${maxBytes} bytes at most.`;
  return new MistralError(message, { status: 413, code: "body_too_large" });
}

/** How deep the brackets of a JSON text nest; counted without recursion, so that no depth can exhaust the stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (letter === '"') quoted = !quoted;
    else if (quoted) i += letter === "\\" ? 1 : 0;
    else if (letter === "[" || letter === "{") deepest = Math.max(deepest, (depth += 1));
    else if (letter === "]" || letter === "}") depth -= 1;
  }
  return deepest;
}
