import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { MistralError } from "../wire/errors.ts";

/**
 * Lets pages of these origins read the answers, and answers their preflights.
 *
 * @throws MistralError `cors_invalid` for anything that is not an origin, `*` included.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong !== undefined) {
    const message = `"${wrong}" is not an origin: name each one, e.g. "https://app.example.com".`;
    throw new MistralError(message, { status: 500, code: "cors_invalid" });
  }
  return cors({ origin: [...origins], exposeHeaders: ["retry-after"], maxAge: 600 });
}
