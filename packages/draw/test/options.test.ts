import { describe, expect, it } from "vitest";
import { DrawError, drawSwarm } from "@swarmgraph/draw";
import type { DrawErrorCode, DrawOptions } from "@swarmgraph/draw";
import { PALETTES } from "../src/svg-style.ts";
import { columnsOf, fit, visible, wrap } from "../src/text.ts";
import { finance } from "./swarms.ts";

function expectDrawError(draw: () => unknown, code: DrawErrorCode, text: string): void {
  let caught: unknown;
  try {
    draw();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(DrawError);
  expect(caught).toMatchObject({ code });
  expect((caught as DrawError).message).toContain(text);
}

describe("drawSwarm's options", () => {
  it.each([
    [{ format: "gif" }, "mermaid"],
    [{ format: "svg", theme: "blue" }, "auto"],
    [{ format: "svg", direction: "RL" }, "LR"],
    [{ format: "svg", id: '"><script>' }, "letter"],
    [{ format: "ascii", width: 5 }, "20"],
    [{ format: "ascii", width: Number.NaN }, "20"],
  ])("%j is refused with what would do", (options, wayOut) => {
    expectDrawError(() => drawSwarm(finance, options as DrawOptions), "OPTION_INVALID", wayOut);
  });

  it.each([undefined, null, {}, "swarm", { definition: {} }])("%j is no swarm", (value) => {
    expectDrawError(() => drawSwarm(value as never, { format: "svg" }), "NOT_A_SWARM", "SwarmAgent");
  });

  it("theme: auto follows the reader's system, a fixed one does not", () => {
    expect(drawSwarm(finance, { format: "svg" })).toContain("prefers-color-scheme:dark");
    expect(drawSwarm(finance, { format: "svg", theme: "light" })).not.toContain("prefers-color-scheme");
    expect(drawSwarm(finance, { format: "svg", theme: "dark" })).toContain(PALETTES.dark.background);
  });

  it("a drawing names no address but its namespace", () => {
    const svg = drawSwarm(finance, { format: "svg" });
    expect(svg.match(/\b[a-z]+:\/\/[^"\s]+/g)).toEqual(["http://www.w3.org/2000/svg"]);
    expect(svg).not.toMatch(/@import|@font-face|url\(/);
  });
});

describe("the colours", () => {
  const texts = [
    ["text", "background"],
    ["text", "node"],
    ["text", "lit-node"],
    ["text", "active-node"],
    ["text", "chip"],
    ["muted", "background"],
    ["muted", "node"],
    ["muted", "lit-node"],
    ["muted", "active-node"],
    ["refused", "background"],
  ] as const;
  const lines = ["border", "edge", "lit", "active", "refused"] as const;

  it.each(["light", "dark"] as const)("%s: texts have a contrast of 4.5, lines of 3", (theme) => {
    const palette = PALETTES[theme];
    for (const [text, ground] of texts) expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
    for (const line of lines) expect(contrast(palette[line], palette.background)).toBeGreaterThanOrEqual(3);
  });
});

describe("texts", () => {
  it.each([
    ["abc", 3],
    ["会計", 4],
    ["e\u0301", 1],
    ["👩‍💻", 2],
    ["👍🏽", 2],
    ["🇫🇷", 2],
    ["ﾊﾝ", 2],
  ])("%s takes %i columns", (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it.each([
    ["triage", "triage"],
    ["", '""'],
    ["  ", '"  "'],
    ["a\u001b[31m", "a\\u001b[31m"],
    ["a\u202eb", "a\\u202eb"],
    ["a\nb", "a\\u000ab"],
    ["👩‍💻", "👩‍💻"],
  ])("%j is shown as %j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it("are cut between graphemes, and broken at spaces", () => {
    expect(fit("👩‍💻👩‍💻👩‍💻", 5, columnsOf)).toBe("👩‍💻👩‍💻…");
    expect(wrap("one two three four", { max: 8, lines: 2 }, columnsOf)).toEqual(["one two", "three f…"]);
  });
});

/** The contrast of two colours by WCAG's formula. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
