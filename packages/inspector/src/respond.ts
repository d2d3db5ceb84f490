/**
 * The page runs its own scripts and styles only, asks its own server only, and stands in no frame. Texts become markup in
 * one place, the drawing, which alone may make a trusted type.
 */
const POLICY = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "trusted-types swarmgraph-drawing",
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  // The address holds the token: no other site is told of it.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** An answer with the headers that every answer has. */
export function respond(
  body: ConstructorParameters<typeof Response>[0],
  type: string,
  init: ResponseInit = {},
): Response {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries({ ...HEADERS, "content-type": type })) headers.set(name, value);
  return new Response(body, { ...init, headers });
}

/** An answer as JSON. */
export function json(value: unknown, status = 200): Response {
  return respond(JSON.stringify(value), "application/json; charset=utf-8", { status });
}

/** A refusal: thrown where it is found, answered in one place. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A failure as `{ error: { code, message } }`. */
export function failure(error: unknown): Response {
  if (error instanceof Refusal) return json({ error: { code: error.code, message: error.message } }, error.status);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return json(
    {
      error: {
        code: typeof code === "string" ? code : "FAILED",
        message: typeof message === "string" ? message : String(error),
      },
    },
    500,
  );
}
