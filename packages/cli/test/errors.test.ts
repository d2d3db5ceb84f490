import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explain } from "../src/explain.ts";
import { runHere } from "./in-process.ts";
import { BAD, DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace({
    "desk.ts": DESK,
    "bad.ts": BAD,
    "none.ts": "export const port: number = 1; export default 3;",
    "nothing.ts": "export {};",
    "two.ts": `${DESK.replace("const swarm", "const one")}export const two = one.compile();`,
    "one.ts": DESK.replace("const swarm", "const support"),
    "throws.ts": 'throw new Error("the disk is full");',
    "missing.ts": 'import { x } from "@nobody/there/at-all"; export const y = x;',
    "broken.ts": "export const x: = 1;",
    "lost.ts": 'import { x } from "./gone.ts"; export const y = x;',
    "key.ts": `import { SwarmAgent } from "swarmgraph";
import { openaiChat } from "swarmgraph/openai";
export const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: openaiChat({ model: "m" }) } } });`,
    "other.jsonl": '{"format":"swarmgraph-events","version":99,"swarm":"x"}\n',
    "foreign.jsonl": '{"level":"info"}\n',
    "old/node_modules/swarmgraph/package.json": '{"name":"swarmgraph","version":"7.0.0"}',
    "old/desk.ts": DESK,
    "full/file": "",
  });
});
afterAll(() => here.remove());

const cli = (...args: readonly string[]) => runHere(args, { cwd: here.directory });

describe("what goes wrong", () => {
  it.each([
    ["a file that is not there", ["run", "gone.ts", "Hi"], 2, 'there is no file "gone.ts". Check the path'],
    ["a directory", ["draw", "old"], 2, '"old" is not a file'],
    [
      "a file without a swarm",
      ["chat", "none.ts"],
      3,
      'none.ts exports no swarm, but "default", "port". Export a SwarmAgent',
    ],
    ["a file that exports nothing", ["dev", "nothing.ts"], 3, "nothing.ts exports nothing"],
    ["several swarms", ["run", "two.ts", "Hi"], 3, 'two.ts has several swarms: "one", "two". Choose one: two.ts#one'],
    [
      "an export that is not there",
      ["draw", "two.ts#three"],
      3,
      'no export "three". Name one of its swarms: "one", "two"',
    ],
    ["an export that is no swarm", ["draw", "none.ts#port"], 3, 'exports "port", which is no swarm'],
    ["an unsound definition", ["run", "bad.ts", "Hi"], 1, "agents.triage.canHandoffTo[1]"],
    [
      "a file that throws",
      ["run", "throws.ts", "Hi"],
      2,
      "throws.ts could not be loaded: the disk is full. Run it again",
    ],
    ["a file that is no TypeScript", ["run", "broken.ts", "Hi"], 2, "broken.ts could not be loaded: "],
    ["a package that is not there", ["run", "missing.ts", "Hi"], 2, 'Run "npm install @nobody/there"'],
    ["a file that imports a lost one", ["run", "lost.ts", "Hi"], 2, "gone.ts"],
    ["a missing key", ["run", "key.ts", "Hi"], 1, "there is no key for OpenAI"],
    ["a recording of another version", ["replay", "other.jsonl"], 4, "it has version 99"],
    ["a file that is no recording", ["replay", "foreign.jsonl"], 4, "does not begin with a header"],
    ["a recording that is not there", ["replay", "gone.jsonl"], 2, 'there is no file "gone.jsonl"'],
    ["a recording of another version, as a page", ["replay", "other.jsonl", "--page"], 4, "it has version 99"],
    ["another version of swarmgraph", ["run", "old/desk.ts", "Hi"], 4, "desk.ts uses swarmgraph 7.0.0"],
    ["a directory that is full", ["new", "full", "--yes"], 2, '"full" is not empty'],
    ["a file instead of a directory", ["new", "full/file", "--yes"], 2, '"full/file" is no directory'],
    ["nobody to ask", ["new"], 2, "there is nobody to ask"],
    ["an unknown command", ["drew"], 2, "Did you mean draw?"],
    ["an unknown option", ["draw", "desk.ts", "--hilight", "x"], 2, "Did you mean --highlight?"],
    ["a port that is none", ["dev", "desk.ts", "--port", "99999"], 2, "a number from 0 to 65535"],
    ["a speed that is none", ["replay", "other.jsonl", "--speed", "0"], 2, 'above 0, or "max"'],
    ["an event that is none", ["replay", "other.jsonl", "--until", "x"], 2, "the number of an event"],
    ["no argument", ["draw"], 2, "missing required argument 'file'"],
  ])("is told in one line, with what to do and the exit code, for %s", async (_what, args, code, text) => {
    const ran = await cli(...args);
    expect(ran.err).toContain(text);
    expect(ran.err.trim().split("\n")).toHaveLength(1);
    expect(ran.err).not.toMatch(/^\s+at /mu);
    expect(ran.code).toBe(code);
  });

  it("is told as JSON with --json", async () => {
    const { code, err } = await cli("run", "none.ts", "Hi", "--json");
    expect(JSON.parse(err)).toMatchObject({ error: { code: "SWARM_MISSING", exitCode: 3 } });
    expect(code).toBe(3);
  });

  it("is nothing where the only swarm has a name of its own, or is asked for by it", async () => {
    expect((await cli("draw", "one.ts")).code).toBe(0);
    expect((await cli("draw", "two.ts#two")).code).toBe(0);
  });

  it("shows the help where nothing is asked for, with exit code 2, and 0 where the help is asked for", async () => {
    expect(await cli()).toMatchObject({ code: 2, err: expect.stringContaining("Exit codes:") });
    expect(await cli("--help")).toMatchObject({ code: 0, out: expect.stringContaining("Exit codes:") });
    expect(await cli("--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/u) });
    for (const command of ["new", "run", "chat", "dev", "draw", "verify", "replay", "test", "doctor"]) {
      expect(await cli(command, "--help")).toMatchObject({ code: 0, out: expect.stringContaining("Examples:") });
    }
  });
});

describe("an error, explained", () => {
  it("keeps what a provider says about a key, and what may work again", () => {
    const refused = Object.assign(new Error("model: 401 Incorrect API key provided\nmore"), { status: 401 });
    expect(explain(new Error("agent failed", { cause: refused }))).toMatchObject({
      code: "KEY_MISSING",
      exitCode: 1,
      message: expect.stringContaining("401 Incorrect API key provided"),
    });
    const busy = Object.assign(new Error("the thread is busy"), { retryable: true });
    expect(explain(busy)).toMatchObject({ code: "RUN_FAILED", hint: "It may work when it is tried again." });
    expect(explain("a text")).toMatchObject({ code: "RUN_FAILED", message: "a text", hint: undefined });
  });

  it("is a stop only where somebody stopped it", () => {
    const abort = new DOMException("gone", "AbortError");
    expect(explain(abort, { isStopped: true }).exitCode).toBe(130);
    expect(explain(abort)).toMatchObject({ code: "RUN_FAILED", exitCode: 1 });
  });
});
