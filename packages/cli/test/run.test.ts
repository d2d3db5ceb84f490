import { readFile } from "node:fs/promises";
import { fromJsonl } from "swarmgraph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "./in-process.ts";
import type { RunHereOptions } from "./in-process.ts";
import { DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace({ "desk.ts": DESK });
});
afterAll(() => here.remove());

const cli = (args: readonly string[], options: Partial<RunHereOptions> = {}) =>
  runHere(args, { cwd: here.directory, ...options });

describe("run", () => {
  it("shows who says and does what", async () => {
    const { code, out, err } = await cli(["run", "desk.ts", "money please"]);
    expect(out.split("\n")).toEqual([
      "> money please",
      "triage",
      "triage → billing: It is about money.",
      "billing",
      "  look({})",
      "  = Order A-1.",
      "  Done: Order A-1.",
      expect.stringContaining("triage → billing · 3 model calls"),
      "",
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("prints a recording with --json, of what is said on the standard input", async () => {
    const { code, out } = await cli(["run", "desk.ts", "--json"], { input: "Hi there\n" });
    const { header, events } = fromJsonl(out);
    expect(header).toMatchObject({ swarm: "desk", entry: "triage" });
    expect(events[0]).toMatchObject({ type: "run.started", input: "Hi there\n" });
    expect(events.at(-1)).toMatchObject({ type: "run.done", lastAgent: "triage" });
    expect(events.some(({ type }) => type === "message.delta")).toBe(true);
    expect(code).toBe(0);
    const hops = await cli(["run", "desk.ts#swarm", "-", "--json", "--granularity", "hops"], { input: "Hi" });
    expect(fromJsonl(hops.out).events.some(({ type }) => type.startsWith("message."))).toBe(false);
  });

  it("goes on with a conversation where the swarm keeps them itself", async () => {
    await here.write({
      "kept.ts": `${DESK}
import { MemorySaver } from "@langchain/langgraph";
export const graph = swarm.compile({ checkpointer: new MemorySaver() });
export const bare = swarm.compile();`,
    });
    const kept = (message: string) => cli(["run", "kept.ts#graph", message, "--thread", "t1", "--json"]);
    await kept("money please");
    expect(fromJsonl((await kept("thanks")).out).events.at(-1)).toMatchObject({ lastAgent: "billing", threadId: "t1" });
    const bare = (message: string) => cli(["run", "kept.ts#bare", message, "--thread", "t1", "--json"]);
    await bare("money please");
    expect(fromJsonl((await bare("thanks")).out).events.at(-1)).toMatchObject({ lastAgent: "triage" });
  });

  it("colours what it shows on a terminal, unless it is told not to", async () => {
    const [plain, colored] = [
      ["run", "desk.ts", "Hi", "--no-color"],
      ["run", "desk.ts", "Hi"],
    ];
    expect((await cli(plain, { isTerminal: true })).out).not.toContain("\u001b[");
    expect((await cli(colored, { isTerminal: true })).out).toContain("\u001b[1;36mtriage");
  });

  it("fails, and says how to go on, where the run waits for an approval", async () => {
    const { code, out, err } = await cli(["run", "desk.ts", "money back"]);
    expect(out).toContain("pay waits for an approval");
    expect(err).toContain('it waits for an approval of the tool "pay". Pass --approve');
    expect(code).toBe(1);
  });

  it("grants approvals with --approve, and records all of it as one recording that replays", async () => {
    const file = here.path("refund.jsonl");
    const { code, out } = await cli(["run", "desk.ts", "money back", "--approve", "--prompts", "--record", file]);
    expect(out).toContain("Done: Paid 49.");
    expect(code).toBe(0);
    const { events } = fromJsonl(await readFile(file, "utf8"));
    expect(events.filter(({ type }) => type === "run.started")).toHaveLength(2);
    expect(events.some(({ type }) => type === "model.started")).toBe(true);

    const replayed = await cli(["replay", file]);
    expect(replayed.out).toBe(out);
    const sequence = await cli(["replay", file, "--as", "sequence", "--speed", "max"]);
    expect(sequence.out).toContain("sequenceDiagram");
    const json = await cli(["replay", file, "--json", "--until", "3", "--speed", "1000"]);
    expect(
      json.out
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { seq: number }).seq),
    ).toEqual([0, 1, 2, 3]);
  });

  it("replays at the pace that it had on a terminal, until it is stopped", async () => {
    const { out } = await cli(["run", "desk.ts", "Hi", "--json"]);
    const [header = "", ...events] = out.trim().split("\n");
    // A second more for each event: nobody could wait for it.
    const slow = events.map((line, index) => {
      const event = JSON.parse(line) as { ts: number };
      return JSON.stringify({ ...event, ts: event.ts + index * 1_000 });
    });
    await here.write({ "fast.jsonl": out, "slow.jsonl": [header, ...slow].join("\n") });
    const fast = await cli(["replay", "fast.jsonl"], { isTerminal: true });
    expect(fast).toMatchObject({ code: 0, out: expect.stringContaining("Hello!") });
    expect((await cli(["replay", "slow.jsonl", "--speed", "100000"], { isTerminal: true })).code).toBe(0);
    const stop = new AbortController();
    const stopped = await cli(["replay", "slow.jsonl"], {
      isTerminal: true,
      signal: stop.signal,
      onOutput: () => stop.abort(new DOMException("stopped", "AbortError")),
    });
    expect(stopped.code).toBe(130);
    expect(stopped.out).not.toContain("Hello!");
  });

  it("tells a failed run in one line, and with --verbose where it came from", async () => {
    const { code, err, out } = await cli(["run", "desk.ts", "please fail"]);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toContain("the model broke");
    expect(out).not.toContain("the model broke");
    expect(code).toBe(1);
    const verbose = await cli(["run", "desk.ts", "please fail", "--verbose"]);
    expect(verbose.err).toMatch(/caused by: Error: the model broke\n\s+at /u);
    const json = await cli(["run", "desk.ts", "please fail", "--json"]);
    expect(fromJsonl(json.out).events.at(-1)).toMatchObject({ type: "run.error" });
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: "RUN_FAILED", exitCode: 1 } });
  });

  it("ends with 130 where it is stopped", async () => {
    const stop = new AbortController();
    stop.abort(new DOMException("stopped", "AbortError"));
    const { code, err } = await cli(["run", "desk.ts", "Hi"], { signal: stop.signal });
    expect({ code, err }).toEqual({ code: 130, err: "swarmgraph: stopped.\n" });
  });

  it("refuses to run on nothing, and to record to nowhere", async () => {
    expect(await cli(["run", "desk.ts"], { input: " \n" })).toMatchObject({
      code: 2,
      err: expect.stringContaining("empty"),
    });
    const nowhere = await cli(["run", "desk.ts", "Hi", "--record", here.path("none/x.jsonl")]);
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("cannot be written") });
  });
});
