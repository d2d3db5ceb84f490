import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { LocalModel } from "@swarmgraph/local-model";
import { Agents, Conversations } from "@swarmgraph/server";
import type { ConversationResponse } from "@swarmgraph/server";
import { scriptedModel } from "swarmgraph/testing";
import { afterEach, describe, expect, it } from "vitest";
import { servedTools } from "../serve/built-in.ts";
import { servedModels } from "../serve/model-for.ts";

const root = new URL("..", import.meta.url).pathname;
const nothing = {
  OPENAI_API_KEY: "",
  MISTRAL_API_KEY: "",
  ANTHROPIC_API_KEY: "",
  OPENAI_BASE_URL: "",
  SWARMGRAPH_API_KEY: "",
};

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

/** Runs `serve.ts` as `pnpm serve` does, without a model's key. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=swarmgraph-source", "serve.ts", ...args], {
    cwd: root,
    env: { ...process.env, ...nothing, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  return { child, exited: once(child, "exit"), stdout: child.stdout, stderr: child.stderr };
}

describe("pnpm serve", () => {
  it("tells the URL and the model, answers, and ends by a signal", async () => {
    const { child, exited, stdout } = run(["--port", "0"], { SWARMGRAPH_API_KEY: "secret" });
    const lines = createInterface(stdout)[Symbol.asyncIterator]();
    const [first, second] = [(await lines.next()).value, (await lines.next()).value] as string[];
    expect(first).toMatch(/^Mistral's Agents and Conversations at http:\/\/127\.0\.0\.1:\d+$/u);
    expect(second).toContain("not a language model");
    const url = first?.split(" at ")[1] ?? "";
    expect((await fetch(`${url}/v1/agents`)).status).toBe(401);
    const response = await fetch(`${url}/v1/conversations`, {
      method: "POST",
      headers: { authorization: "Bearer secret", "content-type": "application/json" },
      body: JSON.stringify({
        model: "mistral-large-latest",
        inputs: "What is the ECB deposit rate?",
        tools: [{ type: "web_search" }],
      }),
    });
    expect(response.status).toBe(200);
    expect(((await response.json()) as ConversationResponse).outputs.at(-1)?.type).toBe("message.output");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
    expect((await lines.next()).done).toBe(true);
  });

  it.each<[string[], RegExp]>([
    [["--port", "http"], /^--port must be a number from 0 to 65535, not "http"\.\n$/u],
    [["--prot", "1"], /^Unknown option '--prot'/u],
    [["--host", "0.0.0.0"], /^Other machines could reach a server at "0\.0\.0\.0": give it an apiKey/u],
  ])("%j is refused in a sentence", async (args, sentence) => {
    const { exited, stderr } = run(args);
    expect(await text(stderr)).toMatch(sentence);
    expect(await exited).toEqual([1, null]);
  });

  it("tells what it takes", async () => {
    const { exited, stdout } = run(["--help"]);
    expect(await text(stdout)).toContain("pnpm serve [--port 8787] [--host 127.0.0.1]");
    expect(await exited).toEqual([0, null]);
  });
});

describe("the models that are served", () => {
  it.each([
    ["OPENAI_API_KEY", "gpt-4.1", "gpt-4.1"],
    ["OPENAI_API_KEY", "mistral-large-latest", "gpt-5-mini"],
    ["MISTRAL_API_KEY", "mistral-large-latest", "mistral-large-latest"],
    ["MISTRAL_API_KEY", "gpt-4.1", "mistral-medium-latest"],
    ["ANTHROPIC_API_KEY", "gpt-4.1", "claude-sonnet-4-5"],
  ])("with %s, %s is answered by %s", (key, name, expected) => {
    const { modelFor } = servedModels({ [key]: "k" });
    expect(modelFor(name)).toMatchObject({ model: expected });
    expect(modelFor(name)).toBe(modelFor(name));
  });

  it("without a key are the local one, under any name", () => {
    const { modelFor } = servedModels({});
    expect(modelFor("gpt-4.1")).toBeInstanceOf(LocalModel);
    expect(modelFor("gpt-4.1")).toBe(modelFor("any"));
  });
});

describe("the tools that are served", () => {
  it("search and draw; a chart is in the files under the id that the entry names", async () => {
    const { builtIn, files } = servedTools({});
    const spec = {
      mark: "line",
      data: { values: [{ x: 1, y: 2 }] },
      encoding: { x: { field: "x" }, y: { field: "y" } },
    };
    const model = scriptedModel()
      .tool("web_search", { query: "ECB deposit rate" })
      .tool("code_interpreter", { code: `chart.draw(${JSON.stringify(spec)})` })
      .say("As [1] says.");
    const conversations = new Conversations({ agents: new Agents(), modelFor: () => model, builtIn });
    const { outputs } = await conversations.start({
      model: "any",
      inputs: "Draw the rate",
      tools: [{ type: "web_search" }, { type: "code_interpreter" }],
    });
    const message = outputs.at(-1);
    const chunks = message?.type === "message.output" && typeof message.content !== "string" ? message.content : [];
    expect(chunks.map(({ type }) => type)).toEqual(expect.arrayContaining(["tool_file", "tool_reference", "text"]));
    const made = chunks.find((chunk) => chunk.type === "tool_file");
    const file = await files.get(made?.type === "tool_file" ? made.file_id : "");
    expect(file).toMatchObject({ type: "image/svg+xml", name: expect.stringMatching(/\.svg$/u) as string });
    expect(new TextDecoder().decode(file?.bytes)).toMatch(/^<svg/u);
    expect(await files.get("none")).toBeUndefined();
    expect(builtIn({ type: "image_generation" })).toBeUndefined();
  });
});
