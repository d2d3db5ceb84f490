import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { calculator, evaluateExpression } from "../../tools/calculator.ts";

function failure(expression: string): string {
  try {
    return `no error, but ${evaluateExpression(expression)}`;
  } catch (error) {
    if (!(error instanceof Error)) return `not an Error, but ${String(error)}`;
    return error.message;
  }
}

describe("calculate", () => {
  it("is a tool with a name, a description and one string argument", async () => {
    expect(calculator.name).toBe("calculate");
    expect(calculator.description).toContain("17/100*2340");
    expect(await calculator.invoke({ expression: "17/100*2340" })).toBe("17/100*2340 = 397.8");
  });

  it("answers a tool call with a tool message, and rejects a bad expression with one sentence", async () => {
    const call = { type: "tool_call", id: "1", name: "calculate", args: { expression: "2+2" } } as const;
    expect(await calculator.invoke(call)).toMatchObject({ content: "2+2 = 4", tool_call_id: "1" });
    await expect(calculator.invoke({ ...call, args: { expression: "2+" } })).rejects.toThrow(/^"2\+" cannot be .*\.$/);
  });

  it.each([
    ["sqrt(2)", "1.4142135623731"],
    ["26 mile to km", "41.842944 km"],
    ["20 °C to °F", "68 degF"],
    ["0.1 + 0.2", "0.3"],
    ["17% of 2340", "397.8"],
    ["3 × 4 ÷ 2 − 1", "5"],
    ["2**10 =", "1024"],
    ["9007199254740991", "9007199254740991"],
    ["1234567.5", "1234567.5"],
    ["2^100", "1.2676506002282e+30"],
    ["20!", "2.4329020081766e+18"],
    ["10!", "3628800"],
    ["combinations(49, 6)", "13983816"],
    ["mean(1, 2, 6)", "3"],
    ["[1, 2; 3, 4] * 2", "[[2, 4], [6, 8]]"],
    ["[1, 1; 1, 0]^50", "[[20365011074, 12586269025], [12586269025, 7778742049]]"],
    ["2 .^ [1, 2, 3]", "[2, 4, 8]"],
    ["(3 m)^2", "9 m^2"],
    ["sqrt(-4)", "2i"],
    ["5 km > 3 mile", "true"],
  ])("evaluates %s", (expression, result) => {
    expect(evaluateExpression(expression)).toBe(result);
  });

  it.each([
    ["1e6!", "factorial goes up to 170"],
    ["(10^5)! / (10^5 - 1)!", "factorial goes up to 170"],
    ["factorial(factorial(20))", "factorial goes up to 170"],
    ["combinations(1e15, 5e14)", "combinations goes up to 10000"],
    ["permutations(1e15, 5e14)", "permutations goes up to 10000"],
    ["isPrime(9007199254740881)", "isPrime goes up to"],
    ["[1, 1; 1, 0]^1e300", "a matrix goes up to the power 1000"],
    ["zeros(1e5, 1e5)", '"zeros" is not a function of this calculator'],
    ["1:1e9", "a range is not arithmetic"],
    [`[${Array.from({ length: 101 }, () => 1).join()}]`, "more than 100 array cells"],
    ["9^9^9^9", "infinite or too large"],
    ["1/0", "infinite or too large"],
    ["0/0", "not a number"],
    ["[1, 1/0]", "a part of the result is not a finite number"],
    ["1 + ".repeat(125) + "1", "501 characters"],
    ["(".repeat(480), "cannot be evaluated"],
  ])("refuses %s at once", (expression, reason) => {
    expect(failure(expression)).toContain(reason);
  });

  it.each([
    "import({a: 1})",
    "createUnit(1)",
    'evaluate("1")',
    'parse("1")',
    'simplify("x+x")',
    'derivative("x^2", "x")',
    "config({})",
    'compile("1")',
    "parser()",
    'unit("5 km")',
    "random()",
    "map([1], sqrt)",
    "typed(1)",
  ])("switches %s off", (expression) => {
    expect(failure(expression)).toMatch(/is not a function of this calculator|is not arithmetic/);
  });

  it.each([
    "x = 3",
    "f(x) = x^2",
    "1; 2",
    '"a"',
    "{a: 1}",
    "cos.constructor",
    "constructor",
    "[1, 2][1]",
    "sqrt",
    "null",
  ])("takes no program: %s", (expression) => {
    expect(failure(expression)).toMatch(/^".*" cannot be evaluated: .+\.$/);
  });

  it("keeps no state between two expressions", () => {
    expect(failure("a = 3")).toContain("an assignment is not arithmetic");
    expect(failure("a")).toContain("Undefined symbol a");
  });

  it("equals the language's own integer arithmetic for + - *", () => {
    const operand = fc.integer({ min: -20_000_000, max: 20_000_000 });
    const operators = fc.array(fc.tuple(fc.constantFrom("+", "-"), operand), { maxLength: 8 });
    fc.assert(
      fc.property(operand, operand, operators, (a, b, rest) => {
        const expected = rest.reduce((sum, [sign, n]) => (sign === "+" ? sum + n : sum - n), a * b);
        const text = `${a} * ${b}${rest.map(([sign, n]) => ` ${sign} ${n}`).join("")}`;
        expect(evaluateExpression(text)).toBe(String(expected + 0));
      }),
    );
  });

  it("never throws anything but an Error with one sentence on one line", () => {
    const tokens = `1 2.5 1e9 - + * / ^ ! ( ) [ ] , ; : ' " { } = % ? . sqrt factorial det km to mile i x mod constructor __proto__`;
    const token = fc.constantFrom(...tokens.split(" "), " ", "\n", "\u2028");
    const expression = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(token, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(expression, (text) => {
        try {
          expect(evaluateExpression(text)).toMatch(/^.+$/);
        } catch (error) {
          expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
          expect((error as Error).message).toMatch(/^".*" cannot be evaluated: \S.*\.$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
