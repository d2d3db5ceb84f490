import { readFile, writeFile } from "node:fs/promises";
import { fromJsonl } from "swarmgraph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binary, start } from "./binary.ts";
import type { Started } from "./binary.ts";
import { BAD, DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
const running: Started[] = [];
beforeAll(async () => {
  here = await workspace({
    "desk.ts": DESK,
    "bad.ts": BAD,
    "none.js": "export const port = 1;",
    "other.jsonl": '{"format":"swarmgraph-events","version":99,"swarm":"x"}\n',
    "wrong.json": JSON.stringify({ swarm: "./desk.ts", scenarios: [{ prompt: "Hi", path: ["billing"] }] }),
  });
});
afterAll(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await here.remove();
});

const cli = (args: readonly string[], input?: string) =>
  binary(args, { cwd: here.directory, ...(input !== undefined && { input }) });

/** A start of the program takes about a second on an idle machine. */
const SLOW = 120_000;

describe("the program itself", { timeout: SLOW }, () => {
  it("makes a swarm that runs at once, and tests it", async () => {
    expect(await cli(["new", "desk", "--yes"])).toMatchObject({ code: 0, err: "" });
    const { code, out } = await cli(["test", "desk/scenarios.json", "wrong.json"]);
    expect(out).toContain("✓ refund");
    expect(out).toContain("✗ scenario 1");
    expect(out).toContain("path: expected billing, got triage");
    expect(code).toBe(1);
  });

  it("runs a TypeScript file without a build, in a project that does not say it has modules, and records", async () => {
    const ran = await cli(["run", "desk.ts", "money please", "--record", "run.jsonl"]);
    expect(ran).toMatchObject({ code: 0, err: "", out: expect.stringContaining("  Done: Order A-1.") });
    const { header } = fromJsonl(await readFile(here.path("run.jsonl"), "utf8"));
    expect(header.swarm).toBe("desk");
    expect((await cli(["replay", "run.jsonl"])).out).toBe(ran.out);
  });

  it("talks over a pipe", async () => {
    const lines = ["money back", "y", "/agents", "/undo", "/graph", "/save chat.jsonl", "/quit"];
    const { code, out, err } = await cli(["chat", "desk.ts"], `${lines.join("\n")}\n`);
    expect(out).toContain("triage → billing: It is about money.");
    expect(out).toContain("billing › Done: Paid 49.");
    expect(out).toContain("* billing");
    expect(out).toContain("Undone. triage has the conversation.");
    expect(out).toContain("[triage] *");
    expect(out).not.toContain("\u001b[");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(fromJsonl(await readFile(here.path("chat.jsonl"), "utf8")).events).toEqual([]);
  });

  it("draws, verifies, and looks after the installation", async () => {
    expect(await cli(["draw", "desk.ts"])).toMatchObject({ code: 0, out: expect.stringContaining("[triage]") });
    const verified = await cli(["verify", "bad.ts"]);
    expect(verified).toMatchObject({ code: 1, out: expect.stringContaining("bad.ts:11:9 error") });
    const { code, out } = await cli(["doctor", "--json"]);
    expect({ code, ok: (JSON.parse(out) as { ok: boolean }).ok }).toEqual({ code: 0, ok: true });
  });

  it("tells what is wrong in one line with the exit code", async () => {
    const none = await cli(["run", "none.js", "Hi"]);
    expect(none).toMatchObject({ code: 3, err: expect.stringContaining('none.js exports no swarm, but "port".') });
    const other = await cli(["replay", "other.jsonl"]);
    expect(other).toMatchObject({ code: 4, err: expect.stringContaining("it has version 99") });
    for (const { err } of [none, other]) expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("serves a swarm, loads it again when a file of it changes, and ends with 0 at Ctrl-C", async () => {
    await here.write({
      "parts/greeting.ts": 'export const greeting: string = "Hello!";',
      "parts/package.json": '{ "type": "module" }',
      "parts/desk.ts": `import { greeting } from "./greeting.js";\n${DESK.replace(': "Hello!"', ": greeting")}`,
    });
    const dev = start(["dev", "parts/desk.ts", "--port", "0", "--json"], { cwd: here.directory });
    running.push(dev);
    const { events, inspector, watched } = JSON.parse(await dev.firstLine) as Record<string, string>;
    expect(watched).toEqual(["parts/desk.ts", "parts/greeting.ts"]);
    expect((await fetch(String(inspector))).status).toBe(200);
    const again = new Promise<string>((resolve) => dev.child.stdout.once("data", resolve));
    await writeFile(here.path("parts/greeting.ts"), 'export const greeting: string = "Good morning!";');
    expect(JSON.parse(await again)).toEqual({ reloaded: 1 });
    const headers = { "content-type": "application/json" };
    const said = await fetch(String(events), { method: "POST", headers, body: '{"input":"Hi"}' });
    expect(await said.text()).toContain("Good morning!");
    dev.child.kill("SIGINT");
    expect(await dev.ended).toMatchObject({ code: 0, err: "" });
  });

  it("ends a run with 130 at Ctrl-C", async () => {
    await here.write({
      "hangs.ts": DESK.replace('throw new Error("the model broke")', "return { kind: 'hang' } as never"),
    });
    const run = start(["run", "hangs.ts", "please fail"], { cwd: here.directory });
    running.push(run);
    await run.firstLine;
    run.child.kill("SIGINT");
    expect(await run.ended).toMatchObject({ code: 130, err: "swarmgraph: stopped.\n" });
  });
});
