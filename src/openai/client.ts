import { env } from "node:process";
import { APIConnectionTimeoutError, OpenAI } from "openai";
import { SwarmError } from "../errors.ts";

/** Sent where a server is named and no key is: local servers ask for none, and the client for one. */
const NO_KEY = "no-key";

/** Where requests go, and how often they are tried. */
export interface ClientSettings {
  /** Default: `OPENAI_API_KEY`; a placeholder where a base URL is given, since a local server needs none. */
  readonly apiKey?: string | undefined;
  /** Where the API is, e.g. `http://127.0.0.1:11434/v1`. Default: `OPENAI_BASE_URL`, else OpenAI's own. */
  readonly baseURL?: string | undefined;
  /** Further tries after 408, 409, 429, 5xx and network errors, as `Retry-After` says. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Milliseconds until a try has to be answered, not until a stream has to end. Default: the client's, 10 minutes. */
  readonly timeoutMs?: number | undefined;
  /** A client that is ready, e.g. for Azure or with headers of its own. The four options above are then unused. */
  readonly client?: OpenAI | undefined;
}

/**
 * The client of the settings, else a new one. It logs nothing; pass a `client` for one that does.
 *
 * @throws TypeError where there is neither a key nor a base URL.
 */
export function createClient(settings: ClientSettings): OpenAI {
  if (settings.client !== undefined) return settings.client;
  const baseURL = settings.baseURL ?? (env["OPENAI_BASE_URL"] || undefined);
  const apiKey = settings.apiKey ?? (env["OPENAI_API_KEY"] || undefined) ?? (baseURL && NO_KEY);
  if (apiKey === undefined) {
    throw new TypeError(
      "there is no key for OpenAI: pass apiKey, set OPENAI_API_KEY, or name a local server with baseURL or OPENAI_BASE_URL",
    );
  }
  return new OpenAI({
    apiKey,
    baseURL,
    maxRetries: settings.maxRetries,
    timeout: settings.timeoutMs,
    logLevel: "off",
  });
}

/** A signal for one request that follows the caller's, until it is released. */
export interface ForwardedAbort {
  readonly options: { readonly signal?: AbortSignal };
  release(): void;
}

/**
 * Follows a signal for one request. The client never takes its listener off the signal that it is given, so that a
 * signal that lives through many calls would gather them, and Node would warn of a leak.
 */
export function forwardAbort(signal: AbortSignal | undefined): ForwardedAbort {
  if (signal === undefined) return { options: {}, release: () => undefined };
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return { options: { signal: controller.signal }, release: () => signal.removeEventListener("abort", abort) };
}

/**
 * Sends a request. Errors of the API come through as the client has them.
 *
 * @throws SwarmError `MODEL_TIMEOUT`, because the client's own error for it has neither status nor code; the signal's reason.
 */
export async function sendRequest<T>(send: () => PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await send();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof APIConnectionTimeoutError)) throw error;
    throw new SwarmError(
      "MODEL_TIMEOUT",
      "the model's server did not answer within timeoutMs. Make the call again, or raise timeoutMs.",
      { retryable: true, cause: error },
    );
  }
}
