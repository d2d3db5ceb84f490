import { ToolsError } from "../errors.ts";
import { wholeNumber } from "../options.ts";
import { whyNotPublic } from "./address.ts";
import type { HttpProviderOptions } from "./search-provider.ts";

/** More than any search answers; a larger body is not read to its end. */
const maxBytes = 4 * 1024 * 1024;

/** Where a provider is, and how long it may take. */
export interface Endpoint {
  readonly name: string;
  readonly base: URL;
  readonly timeoutMs: number;
}

/** Judges a provider's base URL once, when the provider is made. */
export function createEndpoint(name: string, baseURL: string, options: HttpProviderOptions): Endpoint {
  if (!URL.canParse(baseURL)) {
    throw new ToolsError(
      "ADDRESS_REFUSED",
      `the baseURL of ${name} is not a URL; give one like "https://search.example.org".`,
    );
  }
  const base = new URL(baseURL.endsWith("/") ? baseURL : `${baseURL}/`);
  const isWeb = /^https?:$/.test(base.protocol) && base.username === "" && base.password === "";
  const why = options.allowPrivate === true && isWeb ? undefined : whyNotPublic(base);
  if (why !== undefined) {
    const wayOut = isWeb ? "if that server is yours, pass allowPrivate: true" : "give a plain http or https URL";
    throw new ToolsError("ADDRESS_REFUSED", `the baseURL of ${name} is refused, because ${why}; ${wayOut}.`);
  }
  return { name, base, timeoutMs: wholeNumber("timeoutMs", options.timeoutMs ?? 10_000) };
}

/** One request under an {@link Endpoint}. */
export interface JsonRequest {
  /** Relative to the base URL, without a leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The JSON that a provider answers. Rejects with a `SEARCH_…` error, or with the reason of `signal`. A redirect is an
 * error: it could lead to an address that was never judged.
 */
export async function requestJson(endpoint: Endpoint, request: JsonRequest): Promise<unknown> {
  const { name, timeoutMs } = endpoint;
  const { signal } = request;
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await fetch(new URL(request.path, endpoint.base), {
      ...(request.body !== undefined && { method: "POST", body: JSON.stringify(request.body) }),
      headers: {
        accept: "application/json",
        ...(request.body !== undefined && { "content-type": "application/json" }),
        ...request.headers,
      },
      redirect: "manual",
      signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
    });
    if (!response.ok) throw await refused(name, response);
    return parse(name, await readText(name, response));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ToolsError) throw error;
    if (timeout.signal.aborted) {
      throw new ToolsError(
        "SEARCH_TIMEOUT",
        `${name} did not answer within ${timeoutMs} ms; raise timeoutMs or try later.`,
      );
    }
    throw new ToolsError("SEARCH_FAILED", `${name} could not be reached at ${endpoint.base.origin}.`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** A status that is not a success. The body is dropped: it may repeat the key. */
async function refused(name: string, response: Response): Promise<ToolsError> {
  const { status } = response;
  await response.body?.cancel();
  if (status === 401 || status === 403) {
    const what = name === "searxng" ? "whether it lets format=json through" : "its API key";
    return new ToolsError("SEARCH_UNAUTHORIZED", `${name} refused the request (HTTP ${status}); check ${what}.`, {
      status,
    });
  }
  if (status === 429) {
    return new ToolsError(
      "SEARCH_RATE_LIMITED",
      `${name} is asked too often (HTTP 429); wait before the next search.`,
      {
        status,
      },
    );
  }
  const what = status >= 300 && status < 400 ? "redirects, which is not followed; give its final address" : "failed";
  return new ToolsError("SEARCH_FAILED", `${name} ${what} (HTTP ${status}).`, { status });
}

async function readText(name: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new ToolsError(
        "SEARCH_MALFORMED",
        `${name} answered with more than ${maxBytes} bytes, which is no list of results.`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ToolsError("SEARCH_MALFORMED", `${name} answered with something other than JSON; check its address.`, {
      cause: error,
    });
  }
}
