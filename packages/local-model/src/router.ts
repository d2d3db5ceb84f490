import { similarity } from "./encoder.ts";
import type { Encoder } from "./encoder.ts";
import { expressionOf, mayHoldExpression } from "./expression/expression.ts";
import { withDigits } from "./fill/reading.ts";
import { lexicalIndex, stemsOf } from "./lexical.ts";
import type { LexicalIndex } from "./lexical.ts";
import { fieldsOf } from "./schema.ts";
import { wordsOf } from "./tool-spec.ts";
import type { ToolSpec } from "./tool-spec.ts";

/** How well a tool fits a request. */
export interface Score {
  readonly tool: string;
  /** The encoder's cosine plus the weighted overlap of words; without an encoder the overlap alone. */
  readonly score: number;
}

/** Weight of the overlap of words beside the cosine. Seen on the development split of the evaluation. */
const OVERLAP_WEIGHT = 0.3;

/** What a tool gains that is about arithmetic where the request holds some. */
const EXPRESSION_GAIN = 0.2;

const ARITHMETIC: ReadonlySet<string> = new Set(stemsOf("arithmetic mathematics calculator equation"));

/** Under these a request belongs to none of the tools. Calibrated on the development split of the evaluation. */
export const THRESHOLDS = { "use-lite": 0.26, lexical: 0.12 } as const;

/** Scores requests against one set of tools. */
export interface Router {
  /** Every tool's score, best first. */
  scores(request: string, signal?: AbortSignal): Promise<readonly Score[]>;
}

/** A router over tools; without an encoder it knows words only. */
export function createRouter(specs: readonly ToolSpec[], encoder: Encoder | undefined): Router {
  const documents = specs.map(documentOf);
  let index: LexicalIndex | undefined;
  return {
    async scores(request, signal) {
      index ??= lexicalIndex(documents);
      const overlap = index.overlap(request);
      const cosines = encoder === undefined ? undefined : await cosinesOf(request, documents, encoder, signal);
      const holdsExpression = mayHoldExpression(request) && expressionOf(withDigits(request)) !== undefined;
      return specs
        .map((spec, at) => {
          const words = overlap[at] as number;
          const meaning = cosines === undefined ? words : (cosines[at] as number) + OVERLAP_WEIGHT * words;
          const gain = holdsExpression && isArithmetic(spec) ? EXPRESSION_GAIN : 0;
          return { tool: spec.name, score: meaning + gain };
        })
        .sort((a, b) => b.score - a.score);
    },
  };
}

async function cosinesOf(
  request: string,
  documents: readonly string[],
  encoder: Encoder,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const [query = [], ...vectors] = await encoder.embed([request, ...documents], signal);
  return vectors.map((vector) => similarity(query, vector));
}

/** What a tool is known by: its description, else its name's words. */
function documentOf({ description, name, target }: ToolSpec): string {
  const said = description.trim();
  return said === "" || /^transfer the conversation to/i.test(said) ? wordsOf(target ?? name).join(" ") : said;
}

/** By a field that takes an expression, or by what its description says. */
function isArithmetic({ description, parameters }: ToolSpec): boolean {
  if (fieldsOf(parameters).some(({ name }) => /^(?:expression|formula|equation)$/.test(name))) return true;
  return stemsOf(description).some((word) => ARITHMETIC.has(word));
}
