import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressionOf, mayHoldExpression } from "../src/expression/expression.ts";

describe("expressionOf", () => {
  it.each([
    ["What is 17% of 2,340?", "17/100*2340"],
    ["What is 12.5 percent of 860", "12.5/100*860"],
    ["48 divided by 6 plus 7", "48/6+7"],
    ["250 minus 17 times 3", "250-17*3"],
    ["3 to the power of 7", "3^7"],
    ["the square root of 144", "sqrt(144)"],
    ["cube root of 27", "cbrt(27)"],
    ["5 squared", "5^2"],
    ["2 cubed", "2^3"],
    ["factorial of 6", "6!"],
    ["6 factorial", "6!"],
    ["7 x 8", "7*8"],
    ["7 × 8 ÷ 2", "7*8/2"],
    ["2**8", "2^8"],
    ["half of 90", "(90/2)"],
    ["double 21", "(2*21)"],
    ["triple 3", "(3*3)"],
    ["a third of 90", "90/3"],
    ["two thirds of 90", "2/3*90"],
    ["add 3 and 4", "3+4"],
    ["subtract 3 from 10", "10-3"],
    ["multiply 3 by 4", "3*4"],
    ["divide 12 by 4", "12/4"],
    ["the difference between 9 and 4", "9-4"],
    ["the product of 9 and 4", "9*4"],
    ["the average of 3, 4 and 8", "mean(3,4,8)"],
    ["the sum of 1, 2, and 3", "sum(1,2,3)"],
    ["the largest of 3, 9 and 4", "max(3,9,4)"],
    ["20% off 50", "50*(1-20/100)"],
    ["increase 200 by 10%", "200*(1+10/100)"],
    ["reduce 200 by 10%", "200*(1-10/100)"],
    ["add 5% to 80", "80*(1+5/100)"],
    ["80 plus 5%", "80*(1+5/100)"],
    ["30 is what percent of 120", "30/120*100"],
    ["30 as a percentage of 120", "30/120*100"],
    ["percent change from 50 to 75", "(75-50)/50*100"],
    ["log of 100", "log10(100)"],
    ["ln(5) + 1", "log(5)+1"],
    ["absolute value of -4", "abs(-4)"],
    ["17 mod 5", "17 mod 5"],
    ["(3 + 4) * -2", "(3+4)*-2"],
    ["max(3, 4) - 1", "max(3,4)-1"],
    ["pi * 2", "pi*2"],
    ["Solve 4x - 6 = 18", "(18+6)/4"],
    ["x = 5", "5/1"],
    ["-2x + 3 = 9", "(9-3)/(-2)"],
    ["2,000 at 3% for 5 years, how much interest", "2000*3/100*5"],
    ["simple interest on 100 at 2% for 6 months", "100*2/100*(6/12)"],
    ["compound interest of 4.5% for 10y on EUR 1,000", "1000*(1+4.5/100)^10"],
    ["compounded monthly interest, 5% on 1000 for 2 years", "1000*(1+5/100/12)^(12*2)"],
    ["interest of 5% on 1000", "1000*5/100"],
    ["Convert 26 miles to kilometres", "26 mile to km"],
    ["How many grams are in 3 pounds?", "3 lbm to g"],
    ["how many minutes in an hour", "1 hour to minute"],
    ["30 degrees celsius in fahrenheit", "30 degC to degF"],
  ])("%j is %s", (text, expression) => {
    expect(expressionOf(text)).toBe(expression);
    expect(mayHoldExpression(text)).toBe(true);
  });

  it.each([
    "Who wrote Hamlet?",
    "on 2026-03-11",
    "I have 3 apples",
    "open 24/7",
    "5 bananas to eat",
    "the interest rate",
    "interest of 5%",
    "how many apples in a pie",
    "3 miles to go",
  ])("%j holds none", (text) => {
    expect(expressionOf(text)).toBeUndefined();
  });

  it("never throws and gives balanced parentheses (property)", () => {
    const words = fc.constantFrom(
      "12",
      "3.5",
      "+",
      "times",
      "(",
      ")",
      "%",
      "of",
      "half of",
      "sqrt",
      "to",
      "miles",
      "x",
      "=",
      "and",
      "interest",
      "sum of",
      ",",
      "!",
      "-",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 14 }), (parts) => {
        const expression = expressionOf(parts.join(" ")) ?? "";
        expect(expression.split("(").length).toBe(expression.split(")").length);
      }),
    );
  });
});
