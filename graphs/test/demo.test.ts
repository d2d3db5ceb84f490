import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Session, SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { tool } from "@langchain/core/tools";
import { converse } from "../demo/converse.ts";
import { createPainter } from "../demo/painter.ts";

const root = new URL("..", import.meta.url).pathname;

const noKeys = { OPENAI_API_KEY: "", MISTRAL_API_KEY: "", ANTHROPIC_API_KEY: "", OPENAI_BASE_URL: "" };

/** Runs the demo as a user's terminal would, without a key. */
async function demo(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--conditions=swarmgraph-source", "demo.ts", ...args],
    { cwd: root, env: { ...process.env, ...noKeys, ...env } },
  );
  return stdout;
}

async function turn(swarm: { compile(): ConstructorParameters<typeof Session>[0] }) {
  const lines: string[] = [];
  const session = new Session(swarm.compile());
  const paint = createPainter(false);
  const isAnswered = await converse(session, { question: "Hi", paint, print: (line) => void lines.push(line) });
  return { isAnswered, lines };
}

describe("pnpm demo", () => {
  it("answers an argument: the path, why, the tool call, the answer", async () => {
    const output = await demo(["What is 17% of 2,340?"]);
    expect(output).toContain("a learned router that picks among the bound tools, not a language model");
    expect(output).toMatch(/assistant → math_specialist +the request fits "Mathematics/);
    expect(output).toContain('math_specialist calls calculate({"expression":"17/100*2340"})');
    expect(output).toContain("math_specialist: 17/100*2340 = 397.8");
    expect(output).not.toContain("\u001B[");
  }, 60_000);

  it("is in colour where it is asked to be", async () => {
    expect(await demo(["2 + 2"], { FORCE_COLOR: "1" })).toContain("\u001B[36m");
  }, 60_000);
});

describe("converse", () => {
  const broken = tool(
    () => {
      throw new Error("no such file");
    },
    { name: "open", description: "Opens.", schema: z.object({}) },
  );

  it("shows tools, refused handoffs and failed tools", async () => {
    const model = scriptedModel().tool("open").handoff("nobody").handoff("b").say("Done.");
    const { isAnswered, lines } = await turn(
      new SwarmAgent({ entry: "a", agents: { a: { model, tools: [broken] }, b: { model } } }),
    );
    expect(isAnswered).toBe(true);
    expect(lines[0]).toBe("  a calls open({})");
    expect(lines[1]).toContain("  open: ");
    expect(lines[2]).toMatch(/^ {2}a → nobody refused: /);
    expect(lines.slice(3)).toEqual(["  a → b", "b: Done.", "  path: a → b"]);
  });

  it("says which budget ended a turn", async () => {
    const ping = scriptedModel().handoff("b").handoff("a").handoff("b").say("Enough.").repeat();
    const { lines } = await turn(
      new SwarmAgent({ entry: "a", limits: { maxHandoffs: 1 }, agents: { a: { model: ping }, b: { model: ping } } }),
    );
    expect(lines).toContain("  ended by maxHandoffs");
  });

  it("prints an error and says that there was no answer", async () => {
    const model = scriptedModel().fail(new Error("no credit left"));
    const { isAnswered, lines } = await turn(new SwarmAgent({ entry: "a", agents: { a: { model, retry: false } } }));
    expect(isAnswered).toBe(false);
    expect(lines.at(-1)).toContain("no credit left");
  });
});

describe("createPainter", () => {
  it("gives each agent a colour of its own and keeps it", () => {
    const paint = createPainter(true);
    const [a, b] = [paint.agent("a"), paint.agent("b")];
    expect(a.replace("a", "")).not.toBe(b.replace("b", ""));
    expect(paint.agent("a")).toBe(a);
    expect(createPainter(false).agent("a") + createPainter(false).error("e")).toBe("ae");
  });
});
