import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "./in-process.ts";
import { DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace({ "desk.ts": DESK });
});
afterAll(() => here.remove());

const test = (...args: readonly string[]) => runHere(["test", ...args], { cwd: here.directory });
const withScenarios = async (scenarios: unknown, more: object = { swarm: "./desk.ts" }) => {
  await here.write({ "s.json": JSON.stringify({ ...more, scenarios }) });
  return test("s.json");
};

describe("test", () => {
  it("plays scenarios and prints a table", async () => {
    const { code, out } = await withScenarios([
      { name: "hello", prompt: "Hi", path: ["triage"], tools: [], answer: "HELLO" },
      { name: "refund", prompt: "money back", path: ["triage", "billing"], tools: ["pay"], approve: true },
      { name: "denied", prompt: "money back", tools: [], approve: false, answer: "denied" },
      { name: "waits", prompt: "money back", outcome: "waits" },
      { name: "breaks", prompt: "please fail", outcome: "failed", answer: "broke" },
      { name: "two turns", turns: [{ prompt: "money" }, { prompt: "thanks", path: ["billing"] }] },
    ]);
    expect(out.split("\n")).toEqual([
      "s.json",
      "  ✓ hello      triage",
      "  ✓ refund     triage → billing            pay",
      "  ✓ denied     triage → billing",
      "  ✓ waits      triage → billing",
      "  ✓ breaks     triage",
      "  ✓ two turns  triage → billing | billing  look",
      "6 scenarios, 0 failed.",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("fails with everything that differs, and does not go on in that scenario", async () => {
    const { code, out } = await withScenarios([
      { prompt: "money", path: ["triage"], tools: ["pay", "look"], outcome: "limit", answer: "no" },
      { turns: [{ prompt: "please fail" }, { prompt: "Hi" }] },
      { prompt: "Hi", tools: [] },
    ]);
    expect(out).toContain("✗ scenario 1");
    expect(out).toContain("    outcome: expected limit, got answered\n");
    expect(out).toContain("    path: expected triage, got triage → billing\n");
    expect(out).toContain("    tools: expected pay, look, got look\n");
    expect(out).toContain('    answer: expected "no" in it, got "Done: Order A-1."\n');
    expect(out).toMatch(/^ {4}outcome: expected answered, got failed \(.*the model broke/mu);
    expect(out).toContain("✓ scenario 3");
    expect(out).toContain("3 scenarios, 2 failed.");
    expect(code).toBe(1);
  });

  it("reads TypeScript, whose swarm may be the swarm itself, and prints data with --json", async () => {
    await here.write({
      "a.scenarios.ts": `import { swarm } from "./desk.ts";
export default { swarm, scenarios: [{ prompt: "Hi" as string, path: ["triage"] }] };`,
      "b.scenarios.ts": `export const scenarios = [{ prompt: "Hi", answer: "Bye" }]; export const swarm = "./desk.ts#swarm";`,
      "c.json": `[{ "prompt": "Hi" }]`,
    });
    const { code, out } = await test("a.scenarios.ts", "b.scenarios.ts", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      scenarios: [
        { file: "a.scenarios.ts", passed: true, turns: [{ path: ["triage"], outcome: "answered", answer: "Hello!" }] },
        {
          file: "b.scenarios.ts",
          passed: false,
          turns: [{ differences: ['answer: expected "Bye" in it, got "Hello!"'] }],
        },
      ],
    });
    expect(code).toBe(1);
    expect(await test("c.json", "--swarm", "desk.ts")).toMatchObject({ code: 0 });
  });

  it.each([
    ["an empty list", [], "there are no scenarios"],
    ["a prompt that is none", [{ prompt: " " }], "scenarios[0].prompt is not a text"],
    ["a path that is none", [{ prompt: "Hi", path: "triage" }], "scenarios[0].path is no list of names"],
    ["an unknown outcome", [{ prompt: "Hi", outcome: "good" }], "It is one of answered"],
    ["an unknown key", [{ prompt: "Hi", expect: "x" }], "scenarios[0].expect is not known"],
    ["an answer that is no text", [{ prompt: "Hi", answer: 3 }], "scenarios[0].answer is not a text"],
    ["an approval that is neither", [{ prompt: "Hi", approve: "y" }], "neither true nor false"],
    ["a name that is no text", [{ name: 3, prompt: "Hi" }], "scenarios[0].name is not a text"],
    ["no turns", [{ turns: [] }], "scenarios[0].turns is no list"],
    ["a turn beside turns", [{ prompt: "Hi", turns: [{ prompt: "Hi" }] }], 'scenarios[0].prompt stands beside "turns"'],
    ["a turn that is none", [{ turns: ["Hi"] }], "scenarios[0].turns[0] is not an object"],
  ])("refuses %s with its place", async (_what, scenarios, message) => {
    const { code, err } = await withScenarios(scenarios);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it("refuses a file without a swarm, and one that is no JSON", async () => {
    const none = await withScenarios([{ prompt: "Hi" }], {});
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining("--swarm") });
    await here.write({ "no.json": "{" });
    expect(await test("no.json")).toMatchObject({ code: 2, err: expect.stringContaining("no.json is no JSON") });
  });

  it("stops where it is told to", async () => {
    await here.write({ "s.json": JSON.stringify({ swarm: "./desk.ts", scenarios: [{ prompt: "Hi" }] }) });
    const stop = new AbortController();
    stop.abort(new DOMException("stopped", "AbortError"));
    const { code } = await runHere(["test", "s.json"], { cwd: here.directory, signal: stop.signal });
    expect(code).toBe(130);
  });
});
