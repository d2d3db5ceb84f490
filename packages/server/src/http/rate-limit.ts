import type { MiddlewareHandler } from "hono";
import { MistralError } from "../wire/errors.ts";
import { callerOf } from "./caller.ts";

/** How many requests a caller may make. */
export interface RateLimit {
  /** As many at once, and as many in each span. At least 1. */
  readonly requests: number;
  /** The span, in seconds. Default: 60. */
  readonly perSeconds?: number | undefined;
}

interface Bucket {
  readonly tokens: number;
  /** When it had so many, in milliseconds. */
  readonly at: number;
}

const MAX_BUCKETS = 10_000;

/** Buckets of tokens by key: each request takes one, and time fills them again. At most 10,000, the latest used ones. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #size: number;
  readonly #msPerToken: number;
  readonly #now: () => number;

  constructor({ requests, perSeconds = 60 }: RateLimit, now: () => number = () => performance.now()) {
    if (!(requests >= 1 && perSeconds > 0 && Number.isFinite(requests / perSeconds))) {
      const message = "A rate limit needs at least one request, and a span above 0 seconds.";
      throw new MistralError(message, { status: 500, code: "rate_limit_invalid" });
    }
    this.#size = requests;
    this.#msPerToken = (perSeconds * 1000) / requests;
    this.#now = now;
  }

  /** Takes a token: 0 where there was one, else how many whole seconds it is until there is. */
  take(key: string): number {
    const now = this.#now();
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: this.#size, at: now };
    const there = Math.min(this.#size, tokens + (now - at) / this.#msPerToken);
    const isThere = there >= 1;
    // The latest used key stands last, so that the first one is the one to forget.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: isThere ? there - 1 : there, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest);
    return isThere ? 0 : Math.max(1, Math.ceil(((1 - there) * this.#msPerToken) / 1000));
  }
}

/** Refuses, with 429 and `Retry-After`, what a caller asks above the limit. */
export function limitRate(limit: RateLimit): MiddlewareHandler {
  const buckets = new TokenBuckets(limit);
  return async (context, next) => {
    const seconds = buckets.take(callerOf(context).bucket);
    if (seconds > 0) {
      context.header("retry-after", String(seconds));
      throw new MistralError(`Too many requests: try again in ${seconds} s.`, { status: 429, code: "rate_limited" });
    }
    await next();
  };
}
