import { Refusal } from "./respond.ts";

/** What the page asks to run: a message, an answer to what a run waits for, or, with neither, to go on. */
export interface RunRequest {
  readonly threadId: string | undefined;
  readonly input: string | undefined;
  /** Wrapped, since any value may be an answer. */
  readonly resume: { readonly value: unknown } | undefined;
}

/** Reads a JSON object from a request's body. @throws Refusal for another type, a body too large, or no object. */
export async function readObject(request: Request, maxBytes: number): Promise<Readonly<Record<string, unknown>>> {
  // A form of another site can send text or form data, and no JSON without being asked about it first.
  if (!/^application\/json\b/iu.test(request.headers.get("content-type") ?? "")) {
    throw new Refusal(415, "JSON_EXPECTED", "The body has to be JSON: send content-type: application/json.");
  }
  const text = await readText(request, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, "JSON_EXPECTED", "The body is no JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "JSON_EXPECTED", "The body has to be a JSON object.");
  }
  return value as Record<string, unknown>;
}

/** @throws Refusal `REQUEST_INVALID`. */
export function toRunRequest(body: Readonly<Record<string, unknown>>): RunRequest {
  const { threadId, input, resume } = body;
  const unknown = Object.keys(body).filter((key) => !["threadId", "input", "resume"].includes(key));
  if (unknown.length > 0) throw invalid(`${unknown.map((key) => `"${key}"`).join(", ")} is not known here.`);
  if (input !== undefined && (typeof input !== "string" || input.trim() === "")) {
    throw invalid("input has to be a text that says something.");
  }
  if (input !== undefined && resume !== undefined) throw invalid("give an input or a resume, not both.");
  return {
    threadId: threadId === undefined ? undefined : threadIdOf(threadId),
    input,
    resume: resume === undefined ? undefined : { value: resume },
  };
}

/** A thread's id, as LangGraph takes it. @throws Refusal `REQUEST_INVALID`. */
export function threadIdOf(value: unknown): string {
  if (typeof value === "string" && value.length > 0 && value.length <= 256) return value;
  throw invalid("threadId has to be a text of 1 to 256 characters.");
}

function invalid(message: string): Refusal {
  return new Refusal(400, "REQUEST_INVALID", message);
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > maxBytes) {
      throw new Refusal(413, "BODY_TOO_LARGE", `The body is larger than ${maxBytes} bytes.`);
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
