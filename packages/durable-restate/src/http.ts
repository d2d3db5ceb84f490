import { RestateSwarmError } from "./errors.ts";

/** One request to the engine. */
export interface Call {
  readonly url: string;
  readonly method?: "GET" | "POST" | "DELETE" | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the engine answered: the body as JSON where it is some, else as text. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Whether it came from the ingress: that names the call that it is of. */
  readonly isIngress: boolean;
}

/**
 * Makes a request of one of the engine's interfaces.
 *
 * @throws RestateSwarmError `ENGINE_UNREACHABLE`, with the address; the signal's reason.
 */
export async function call({ url, method = "GET", body, headers, signal }: Call): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const isIngress = response.headers.has("x-restate-id");
    return { status: response.status, body: parsed(await response.text()), isIngress };
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    throw unreachable(new URL(url).origin, cause);
  }
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function unreachable(origin: string, cause: unknown): RestateSwarmError {
  const { code, message } = ((cause as { cause?: unknown }).cause ?? cause) as { code?: string; message?: string };
  return new RestateSwarmError(
    "ENGINE_UNREACHABLE",
    `no Restate server can be reached at ${origin} (${code ?? message ?? "no answer"}). Start it, or give the address at which it listens.`,
    { retryable: true, cause },
  );
}

/** The answer's field, where it is an object. */
export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

/** An address without a slash at its end. */
export function baseOf(url: string): string {
  return url.replace(/\/+$/, "");
}
