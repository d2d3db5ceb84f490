import { tool } from "@langchain/core/tools";
import { all, create } from "mathjs";
import type { MathNode } from "mathjs";
import { z } from "zod";

/** The longest expression that is read, in characters. */
const maxLength = 500;
/** The most cells that the arrays of one expression may have together. */
const maxCells = 100;
/** The largest n and k whose loops (factors, trial divisions) end at once. */
const loopLimits = { factorial: 170, combinations: 10_000, permutations: 10_000, isPrime: 1e12 } as const;

const examples = "17/100*2340, sqrt(2) or 26 mile to km";

const nodeTypes = new Set(
  "ConstantNode OperatorNode ParenthesisNode FunctionNode SymbolNode ArrayNode ConditionalNode RelationalNode".split(
    " ",
  ),
);

/** What an expression may call: arithmetic only, nothing that builds large matrices, reads strings or is random. */
const functions = new Set(
  (
    "abs ceil floor round fix sign sqrt cbrt nthRoot square cube exp expm1 log log2 log10 log1p pow mod gcd lcm hypot " +
    "add subtract multiply divide to factorial gamma combinations permutations isPrime erf re im conj arg " +
    "sin cos tan sec csc cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh " +
    "min max mean median mode sum prod std variance cumsum det inv transpose trace dot cross norm"
  ).split(" "),
);

/** What people and models write for what the parser reads. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/\s*=\s*\??\s*$/, ""],
  [/[×·]/g, "*"],
  [/÷/g, "/"],
  [/[−–]/g, "-"],
  [/\*\*/g, "^"],
  [/%\s*of\b/g, "% *"],
  [/°\s*([CF])\b/g, " deg$1"],
];

const math = create(all ?? {});
const parse = math.parse.bind(math);

/** Holds every number that reaches a looping function under its limit: the parser's tree cannot know computed values. */
function limited(name: keyof typeof loopLimits) {
  const original = math[name] as (...values: unknown[]) => unknown;
  const limit = loopLimits[name];
  return (...values: unknown[]): unknown => {
    for (const value of values) {
      if (typeof value !== "number") throw new Error(`${name} takes plain numbers`);
      if (value > limit) throw new Error(`${name} goes up to ${limit}, and ${value} is larger`);
    }
    return original(...values);
  };
}

const power = math.pow as (base: unknown, exponent: unknown) => unknown;

/** Squaring a matrix runs on 32-bit exponents, so that a larger one would come out wrong, not slow. */
function limitedPower(base: unknown, exponent: unknown): unknown {
  if (math.isMatrix(base) && typeof exponent === "number" && exponent > 1000) {
    throw new Error(`a matrix goes up to the power 1000, and ${exponent} is larger`);
  }
  return power(base, exponent);
}

function disabled(name: string) {
  return (): never => {
    throw new Error(`${name} is switched off`);
  };
}

math.import(
  {
    factorial: limited("factorial"),
    combinations: limited("combinations"),
    permutations: limited("permutations"),
    isPrime: limited("isPrime"),
    pow: math.typed("pow", { "any, any": limitedPower }),
    ...Object.fromEntries(
      ["import", "config", "createUnit", "evaluate", "parse", "compile", "parser", "simplify", "derivative"].map(
        (name) => [name, disabled(name)],
      ),
    ),
  },
  { override: true },
);

function assertArithmetic(root: MathNode): void {
  let cells = 0;
  root.traverse((node, path) => {
    if (!nodeTypes.has(node.type)) throw new Error(`${describe(node)} is not arithmetic`);
    if (node.type === "ArrayNode") cells += (node as MathNode & { items: readonly MathNode[] }).items.length;
    if (cells > maxCells) throw new Error(`it has more than ${maxCells} array cells`);
    if (node.type === "ConstantNode" && typeof (node as MathNode & { value: unknown }).value === "string") {
      throw new Error("text in quotes is not arithmetic");
    }
    if (node.type === "FunctionNode" || (node.type === "SymbolNode" && path === "fn")) {
      const { name } = node as MathNode & { name: string };
      if (!functions.has(name)) throw new Error(`"${name}" is not a function of this calculator`);
    }
  });
}

function describe(node: MathNode): string {
  const words = node.type.replace(/Node$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  return `${/^[AEIO]/.test(words) ? "an" : "a"} ${words.toLowerCase()}`;
}

function format(value: unknown): string {
  if (typeof value === "number") {
    if (Number.isNaN(value)) throw new Error("the result is not a number");
    if (!Number.isFinite(value)) throw new Error("the result is infinite or too large for a number");
    if (Number.isSafeInteger(value)) return String(value);
  }
  const kind = math.typeOf(value);
  if (!["number", "boolean", "Complex", "Unit", "DenseMatrix"].includes(kind)) {
    throw new Error(kind === "undefined" ? "it is empty" : `the result is a ${kind}, not a number`);
  }
  const text = math.format(value, { precision: 14, lowerExp: -7, upperExp: 15 });
  if (/NaN|Infinity/.test(text)) throw new Error("a part of the result is not a finite number");
  return text;
}

function toReason(cause: unknown): string {
  if (cause instanceof RangeError) return "it is nested too deeply";
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ").replace(/\.$/, "");
}

/**
 * Evaluates one arithmetic expression and returns the result as text: whole numbers exactly, others with 14 digits.
 *
 * Reads numbers, operators, units (`26 mile to km`), constants, small arrays and the usual functions; no assignments, no
 * text, no ranges, and at most 500 characters. Throws an `Error` with one sentence for everything else, so that a model
 * can mend its call.
 */
export function evaluateExpression(expression: string): string {
  try {
    if (expression.length > maxLength) {
      throw new Error(`it has ${expression.length} characters, and ${maxLength} are the limit`);
    }
    const text = spellings.reduce((so, [pattern, by]) => so.replace(pattern, by), expression.trim());
    if (text === "") throw new Error("it is empty");
    const node = parse(text);
    assertArithmetic(node);
    return format(node.compile().evaluate());
  } catch (cause) {
    const reason = toReason(cause);
    const line = expression.replace(/\s+/g, " ");
    const shown = line.length > 80 ? `${line.slice(0, 80)}…` : line;
    throw new Error(
      `${JSON.stringify(shown)} cannot be evaluated: ${reason}; write plain arithmetic without thousands separators, e.g. ${examples}.`,
      { cause },
    );
  }
}

/**
 * The tool `calculate`: evaluates an arithmetic expression and answers `17/100*2340 = 397.8`.
 *
 * A bad expression is thrown as an `Error` with one sentence, which a tool node gives back to the model.
 *
 * @example
 * ```ts
 * import { calculator } from "@swarmgraph/graphs/tools/calculator.ts";
 *
 * await calculator.invoke({ expression: "26 mile to km" }); // "26 mile to km = 41.842944 km"
 * ```
 */
export const calculator = tool(({ expression }) => `${expression.trim()} = ${evaluateExpression(expression)}`, {
  name: "calculate",
  description: "Evaluate an arithmetic expression, e.g. 17/100*2340, sqrt(2), 26 mile to km",
  schema: z.object({ expression: z.string().describe("The expression, e.g. 17/100*2340") }),
});
