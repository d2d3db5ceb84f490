import { createHash, timingSafeEqual } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { MistralError } from "../wire/errors.ts";
import { callerOf, setCaller } from "./caller.ts";
import type { Caller } from "./caller.ts";

/**
 * Says who sent a request; `undefined` where nobody known did. It reads the headers, and leaves the body alone. The tenant
 * is whose threads the caller can reach: an account, or a person.
 */
export type Authenticate = (request: Request) => Caller | undefined | Promise<Caller | undefined>;

/** Options of {@link authenticate}. */
export interface AuthenticateOptions {
  /** The keys that are let in; empty texts do not count. Without any key only this machine is. */
  readonly apiKey?: string | readonly string[] | undefined;
  /** Asked first; whom it does not know needs a key. */
  readonly authenticate?: Authenticate | undefined;
}

/**
 * Lets a request in by its Bearer key, or as `authenticate` says, and notes who its caller is. Without a configured key, only a program on this machine is let in: the peer is
 * a loopback address, no proxy stands between, and neither the host nor the origin is another site's, so that no page
 * in a browser can reach the server.
 */
export function authenticate(options: AuthenticateOptions = {}): MiddlewareHandler {
  const digests = keysOf(options.apiKey).map(digestOf);
  const hook = options.authenticate;
  return async (context, next) => {
    const known = await hook?.(context.req.raw);
    if (typeof known?.tenant === "string" && known.tenant !== "") {
      setCaller(context, { tenant: known.tenant, bucket: `tenant ${known.tenant}` });
    } else {
      if (digests.length === 0 && hook === undefined) requireLoopback(context);
      else requireKey(context, digests);
      setCaller(context, { tenant: "", bucket: `key ${digestOf(keyIn(context) ?? "").toString("hex")}` });
    }
    await next();
  };
}

/**
 * Refuses callers of tenants, with 403: what is behind belongs to whoever has a key.
 */
export function keysOnly(): MiddlewareHandler {
  return async (context, next) => {
    if (callerOf(context).tenant !== "") {
      throw new MistralError("This route knows no tenants: it needs a key.", { status: 403, code: "key_needed" });
    }
    await next();
  };
}

/** The keys that count. */
export function keysOf(apiKey: AuthenticateOptions["apiKey"]): readonly string[] {
  return [apiKey ?? []].flat().filter((key) => key !== "");
}

function requireKey(context: Context, digests: readonly Buffer[]): void {
  const key = keyIn(context);
  const given = digestOf(key ?? "");
  const known = digests.map((digest) => timingSafeEqual(digest, given)).includes(true);
  if (key === undefined || !known) {
    throw new MistralError("The request needs a valid key: Authorization: Bearer <key>.", {
      status: 401,
      code: "unauthorized",
    });
  }
}

function keyIn(context: Context): string | undefined {
  return /^Bearer +(\S+)$/iu.exec(context.req.header("authorization") ?? "")?.[1];
}

function requireLoopback(context: Context): void {
  const header = (name: string): string | undefined => context.req.header(name);
  const origin = header("origin");
  const allowed =
    isLoopback(peerOf(context)) &&
    isLoopback(hostOf(`http://${header("host") ?? ""}`)) &&
    (origin === undefined || isLoopback(hostOf(origin))) &&
    header("forwarded") === undefined &&
    header("x-forwarded-for") === undefined;
  if (allowed) return;
  throw new MistralError("Without a configured key the server answers programs on its own machine only.", {
    status: 403,
    code: "loopback_only",
  });
}

function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function peerOf(context: Context): string | undefined {
  try {
    return getConnInfo(context).remote.address;
  } catch {
    return undefined;
  }
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/u, "$1") : undefined;
}

/** Whether a host is this machine and nothing else. */
export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/iu.test(host);
}
