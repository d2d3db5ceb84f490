import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findingsOf } from "../src/verify/findings.ts";
import { locate, segmentsOf } from "../src/verify/locate.ts";
import { toSarif } from "../src/verify/sarif.ts";
import { runHere } from "./in-process.ts";
import { BAD, DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace({
    "bad.ts": BAD,
    "compiled.ts": BAD.replace("export const swarm", "export const graph").replace(/\}\);\n$/u, "}).compile();\n"),
    "warned.ts": BAD.replace('        "biling",\n', ""),
    "good.ts": DESK,
    "default.ts": `${DESK}export default swarm.compile();\n`,
  });
});
afterAll(() => here.remove());

const verify = (...args: readonly string[]) => runHere(["verify", ...args], { cwd: here.directory });

describe("verify", () => {
  it("names every problem with file, line and column", async () => {
    const { code, out } = await verify("bad.ts");
    expect(out).toMatch(/^bad\.ts:11:9 error agent "triage" hands off to "biling".* Did you mean "billing"\?$/mu);
    expect(out).toMatch(/^bad\.ts:15:5 warning nobody can hand off to agent "lonely"/mu);
    expect(out).toContain("1 error, 1 warning.");
    expect(code).toBe(1);
  });

  it("does so too where the file compiles its swarm itself", async () => {
    const { code, out } = await verify("compiled.ts", "--json");
    const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: object[] };
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "TARGET_UNKNOWN", file: "compiled.ts", line: 11, column: 9 }),
    );
    expect({ ok, code }).toEqual({ ok: false, code: 1 });
  });

  it("lets warnings pass, and with --strict does not", async () => {
    expect(await verify("warned.ts")).toMatchObject({ code: 0, out: expect.stringContaining("0 errors, 1 warning.") });
    expect((await verify("warned.ts", "--strict")).code).toBe(1);
    expect(await verify("good.ts", "--strict")).toMatchObject({ code: 0, out: "No problems.\n" });
    expect(await verify("default.ts")).toMatchObject({ code: 0, out: "No problems.\n" });
  });

  it("writes a SARIF 2.1.0 log: a rule for each code, a result with its place for each problem", async () => {
    const { code, out } = await verify("bad.ts", "--sarif");
    const log = JSON.parse(out) as {
      version: string;
      runs: {
        tool: { driver: { name: string; rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
      }[];
    };
    const [run] = log.runs;
    expect(log.version).toBe("2.1.0");
    expect(run?.tool.driver.name).toBe("swarmgraph");
    for (const { ruleId, ruleIndex, level } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(["error", "warning"]).toContain(level);
    }
    expect(run?.results.find(({ ruleId }) => ruleId === "TARGET_UNKNOWN")?.locations).toEqual([
      {
        physicalLocation: { artifactLocation: { uri: "bad.ts" }, region: { startLine: 11, startColumn: 9 } },
        logicalLocations: [{ fullyQualifiedName: "agents.triage.canHandoffTo[1]" }],
      },
    ]);
    expect(code).toBe(1);
    const sound = JSON.parse((await verify("good.ts", "--sarif")).out) as typeof log;
    expect(sound.runs[0]?.results).toEqual([]);
  });
});

describe("the findings of a swarm of several files", () => {
  it("are in the file that says most of their path", async () => {
    await here.write({
      "parts/main.ts": "export const s = new SwarmAgent({ entry: 'a', agents: { a, b: make('x') } });",
      "parts/a.ts": "export const agents = {\n  a: { tools: [1, 2] },\n};",
    });
    const at = { files: ["main.ts", "a.ts", "gone.ts"].map((name) => here.path(`parts/${name}`)), cwd: here.directory };
    const found = await findingsOf(
      ["agents.a.tools[1]", "agents.b.tools[0]", "entry"].map((path) => ({
        code: "X",
        severity: "error",
        path,
        message: "",
      })),
      { ...at, agents: ["a", "b"] },
    );
    expect(found.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      "parts/a.ts:2:19",
      "parts/main.ts:1:60",
      "parts/main.ts:1:35",
    ]);
    const [lost] = await findingsOf([{ code: "X", severity: "error", path: "entry", message: "" }], {
      files: [here.path("parts/a.ts")],
      agents: [],
      cwd: here.directory,
    });
    expect(lost).toEqual({ code: "X", severity: "error", path: "entry", message: "", file: "parts/a.ts" });
    expect(
      JSON.stringify(
        toSarif(
          [lost ?? found[0]].filter((one) => one !== undefined),
          { version: "1.0.0" },
        ),
      ),
    ).not.toContain("region");
  });
});

describe("the place of a diagnostic", () => {
  const at = (source: string, path: string, agents: readonly string[] = []) => {
    const place = locate(source, segmentsOf(path, agents));
    return place === undefined ? undefined : `${place.line}:${place.column}`;
  };

  it.each([
    ["an entry", "new SwarmAgent({\n  entry: x,\n})", "entry", "2:3"],
    ["a limit", "new SwarmAgent({\n limits: {\n  maxTurns: 0 } })", "limits.maxTurns", "3:3"],
    ["a quoted name", 'new SwarmAgent({ agents: {\n "a-b": {} } })', "agents.a-b", "2:2"],
    [
      "a name with dots",
      'new SwarmAgent({ agents: { a: {},\n "a.b": { tools: [1] } } })',
      "agents.a.b.tools[0]",
      "2:19",
    ],
    ["an escaped name", 'new SwarmAgent({ agents: {\n "\\u0061\\x62\\u{63}": {} } })', "agents.abc", "2:2"],
    ["what is written in short", "new SwarmAgent({ agents: {\n triage,\n billing } })", "agents.billing", "3:2"],
    ["a spec in a call", "new SwarmAgent({ agents: { a: make(1, {\n model: m }) } })", "agents.a.model", "2:2"],
    [
      "agents that stand apart",
      "const agents = {\n a: { model: 1 } };\nnew SwarmAgent({ agents })",
      "agents.a.model",
      "2:7",
    ],
    ["a key that is not there", "new SwarmAgent({ agents: {\n a: { } } })", "agents.a.model", "2:2"],
    ["a comment with the key", "new SwarmAgent({ /* agents: { a: */ // a:\n agents: { a: 1 } })", "agents.a", "2:12"],
    [
      "a template with braces",
      "new SwarmAgent({ name: `${f({ x: `}` })} {`,\n agents: { a: 1 } })",
      "agents.a",
      "2:12",
    ],
    ["a pattern with quotes", "new SwarmAgent({ name: /['\"{]/u.source,\n agents: { a: 1 } })", "agents.a", "2:12"],
    ["a division", "const x = (a) / 2; new SwarmAgent({ n: b / 2 / c,\n agents: { a: 1 } })", "agents.a", "2:12"],
    [
      "the second swarm of a file",
      "new SwarmAgent({ agents: { a: 1 } });\nnew SwarmAgent({ agents: { b: 1 } })",
      "agents.b",
      "2:28",
    ],
    ["no such agent", "x\nnew SwarmAgent({ agents: f() })", "agents.a", "2:18"],
    ["no swarm", "const x = 1;", "agents.a", undefined],
    ["a text that does not end", 'new SwarmAgent({ entry: "a', "entry", "1:18"],
  ])("is found for %s", (_what, source, path, place) => {
    expect(at(source, path, ["a", "b", "a.b", "a-b", "abc", "triage", "billing"])).toBe(place);
  });

  it("is the line of the agent, whatever it is called and wherever it stands", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.nat(), fc.constantFrom("", "/* { */ ", "x: 1, ", 'y: "}", '), (given, pick, noise) => {
        const lines = given.map((name) => `    ${JSON.stringify(name)}: { prompt: "{[(", canHandoffTo: [] },`);
        const source = ["new SwarmAgent({", `  ${noise}agents: {`, ...lines, "  },", "});"].join("\n");
        const index = pick % given.length;
        const found = locate(source, ["agents", given[index] ?? "", "canHandoffTo"]);
        expect(found).toMatchObject({ line: index + 3, depth: 3 });
      }),
    );
  });

  it("is looked for in any text without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."{}[]()`'\"/\\$,:a \nSwarmAgent") }), (source) => {
        const place = locate(`new SwarmAgent({ ${source}`, ["agents", "a", 0]);
        expect(place?.line ?? 1).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
