import { listOf, objectOf, textOf } from "../../../src/project/wire/problem.ts";
import type { WireProblem } from "../../../src/project/wire/problem.ts";
import { validateGemini } from "../../../src/project/wire/gemini.ts";
import { openAIResponsesValidator } from "../../../src/project/wire/openai-responses.ts";
import { validateWire } from "../../../src/project/validate-wire.ts";
import type { Asked, Written } from "./reply.ts";

/** What only the server that gave the answers knows: its signatures, its ids, and which thought an item came with. */
export interface Memory {
  /** Remembers an answer. */
  keep(written: Written, asked: Asked): void;
  /** Every problem of a request, those included that need the memory. */
  problemsOf(asked: Asked): WireProblem[];
}

/** Where a signature or a sealed thought stands. */
const SEALS: ReadonlySet<string> = new Set(["signature", "thoughtSignature", "encrypted_content"]);

/**
 * What Gemini takes for a signature where there is none: two words that it names in its guide, and a signature from some
 * conversation of their own that LangChain's adapter puts on every call that has none.
 */
const EXCUSE = /^(?:context_engineering_is_the_way_to_go|skip_thought_signature_validator|ErYCCrMCAdHtim9k[\w+/=]+)$/;

export function createMemory(): Memory {
  const seals = new Set<string>();
  const ids = new Set<string>();
  const outputs: (readonly unknown[])[] = [];
  return {
    keep(written, { profile }) {
      const whole = "json" in written ? [written.json] : written.events.map(dataOf);
      for (const value of whole) visit(value, (key, text) => void (SEALS.has(key) && seals.add(text)));
      if (profile !== "openai-responses") return;
      const last = objectOf(whole.at(-1));
      const output = listOf("json" in written ? last["output"] : objectOf(last["response"])["output"]);
      outputs.push(output);
      for (const item of output) ids.add(textOf(objectOf(item)["id"]));
    },
    problemsOf({ profile, model, body }) {
      const ruled = (() => {
        if (profile === "openai-responses") return openAIResponsesValidator({ outputs })(body);
        if (profile === "gemini") return validateGemini({ model, ...body });
        return validateWire(profile, body);
      })();
      return [...ruled, ...forged(body, seals), ...(profile === "openai-responses" ? unknownItems(body, ids) : [])];
    },
  };
}

/** A16 and G3: a signature is one that the server itself has given. */
function forged(body: unknown, seals: ReadonlySet<string>): WireProblem[] {
  const problems: WireProblem[] = [];
  visit(body, (key, text, path) => {
    if (!SEALS.has(key) || seals.has(text) || (key === "thoughtSignature" && EXCUSE.test(text))) return;
    const found = { status: 400, code: null, param: null, path } as const;
    if (key === "thoughtSignature") {
      problems.push({ ...found, rule: "G3", type: "INVALID_ARGUMENT", message: "Thought signature is not valid" });
    } else if (key === "signature") {
      const message = `${path}: Invalid \`signature\` in \`thinking\` block`;
      problems.push({ ...found, rule: "A16", type: "invalid_request_error", message });
    } else {
      const message = "The encrypted content could not be verified.";
      problems.push({
        ...found,
        rule: "P14",
        type: "invalid_request_error",
        code: "invalid_encrypted_content",
        message,
      });
    }
  });
  return problems;
}

/** P14: a thought that is only named is one that the server keeps. */
function unknownItems(body: Readonly<Record<string, unknown>>, ids: ReadonlySet<string>): WireProblem[] {
  return listOf(body["input"]).flatMap((value, index) => {
    const { type, id } = objectOf(value);
    if ((type !== "reasoning" && type !== "item_reference") || typeof id !== "string" || ids.has(id)) return [];
    const rest = { status: 400, type: "invalid_request_error", code: null, param: "input" } as const;
    return [{ ...rest, rule: "P14", path: `input[${index}].id`, message: `Item with id '${id}' not found.` }];
  });
}

/** The JSON of an event; nothing for one without. */
function dataOf(event: string | Uint8Array): unknown {
  const data = typeof event === "string" ? /^data: (\{.*)$/m.exec(event)?.[1] : undefined;
  return data === undefined ? undefined : JSON.parse(data);
}

/** Goes through every text in a JSON value, with its key and its path. */
function visit(value: unknown, see: (key: string, text: string, path: string) => void, path = ""): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    if (typeof inner === "string") see(key, inner, place);
    else visit(inner, see, place);
  }
}
