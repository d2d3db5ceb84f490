import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stagePackages } from "../../scripts/stage.ts";
import { ROOT } from "../../scripts/workspace.ts";
import { killAll, runProcess, shellEnvironment } from "./child-process.ts";
import { startRegistry, type LocalRegistry } from "./local-registry.ts";
import { startServer } from "./server-process.ts";

const MINUTE = 60_000;

/** What a newcomer reads: every command below stands in one of these. */
const pages = ["README.md", "docs/quick-start.md", "packages/cli/README.md"]
  .map((page) => readFileSync(join(ROOT, page), "utf8"))
  .join("\n");

/** The packages that the newcomer's commands ask the registry for. */
const PACKAGES = ["swarmgraph", "@swarmgraph/cli", "@swarmgraph/draw", "@swarmgraph/inspector", "@swarmgraph/server"];

describe("a newcomer, with an empty folder, the README and the quick start", { timeout: 10 * MINUTE }, () => {
  const home = mkdtempSync(join(tmpdir(), "swarmgraph-newcomer-"));
  const empty = join(home, "empty");
  const project = join(empty, "my-swarm");
  const durations: (readonly [step: string, seconds: number])[] = [];
  let registry: LocalRegistry;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    mkdirSync(empty);
    const packages = await stagePackages(home, { only: PACKAGES });
    const plain = shellEnvironment();
    const settings = { cwd: empty, env: plain, timeoutMs: MINUTE };
    const { stdout } = await runProcess("npm", ["config", "get", "registry"], settings);
    registry = await startRegistry({ packages, upstream: stdout.trim().replace(/\/*$/u, "/") });
    // Nothing that this machine has fetched before is there.
    env = { ...plain, npm_config_registry: registry.url, npm_config_cache: join(home, "npm") };
  }, 10 * MINUTE);

  afterAll(async () => {
    killAll();
    await registry?.close();
    rmSync(home, { recursive: true, force: true });
    process.stdout.write(tableOf(durations));
  }, MINUTE);

  /** Runs what a page tells to run, which has to succeed, and keeps how long it took. */
  async function follow(
    step: string,
    command: string,
    { told = command, cwd = project }: { readonly told?: string; readonly cwd?: string } = {},
  ): Promise<string> {
    if (!pages.includes(told)) throw new Error(`No page tells to run \`${told}\`.`);
    const start = performance.now();
    const result = await runProcess("sh", ["-c", command], { cwd, env, timeoutMs: 5 * MINUTE });
    durations.push([step, (performance.now() - start) / 1000]);
    const why = result.isTimedOut ? "takes too long" : `ends with ${result.code}`;
    if (result.code !== 0) throw new Error(`\`${command}\` ${why}:\n${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  const edit = (file: string, from: string, to: string): void => {
    const before = readFileSync(join(project, file), "utf8");
    if (!before.includes(from)) throw new Error(`${file} does not hold \`${from}\`.`);
    writeFileSync(join(project, file), before.replace(from, to));
  };

  it("installs the command line", async () => {
    await follow("install the command line", "npm install -D @swarmgraph/cli", { cwd: empty });
    expect(existsSync(join(empty, "node_modules/.bin/swarmgraph"))).toBe(true);
  });

  it("makes a project and installs what it needs", async () => {
    const said = await follow("new", "npx swarmgraph new my-swarm --yes", { cwd: empty });
    expect(said).toContain("npm install");
    await follow("install the project", "npm install", { told: "npm install" });
    expect(existsSync(join(project, "node_modules/swarmgraph/dist/index.js"))).toBe(true);
  });

  it("runs it", async () => {
    const said = await follow("run", 'npx swarmgraph run swarm.ts "What is this charge?"', { told: "swarmgraph run" });
    expect(said).toContain("billing");
    expect(said).toContain("two charges of 49.00");
  });

  it("talks to it", async () => {
    const talk = 'printf "Hello\\n/quit\\n" | npx swarmgraph chat swarm.ts';
    expect(await follow("chat", talk, { told: "npx swarmgraph chat" })).toContain("Is it about a payment");
  });

  it("changes an agent", async () => {
    edit(
      "swarm.ts",
      "Turn it off, count to ten, and turn it on again. Does it work now?",
      "Which version do you have?",
    );
    const command = 'npx swarmgraph run swarm.ts "The app is broken"';
    expect(await follow("change an agent", command, { told: "swarmgraph run" })).toContain(
      "Which version do you have?",
    );
  });

  it("adds a tool", async () => {
    appendFileSync(join(project, "tools.ts"), STATUS_TOOL);
    edit("swarm.ts", "{ findOrder, refund }", "{ checkStatus, findOrder, refund }");
    edit("swarm.ts", '[{ when: money, handoff: "triage"', `[${STATUS_RULE}, { when: money, handoff: "triage"`);
    edit(
      "swarm.ts",
      '"Which version do you have?",\n      ),',
      '"Which version do you have?",\n      ),\n      tools: [checkStatus],',
    );
    await follow("verify", "npx swarmgraph verify swarm.ts --strict", { told: "swarmgraph verify" });
    const command = 'npx swarmgraph run swarm.ts "The app is broken: what is its status?"';
    const said = await follow("add a tool", command, { told: "swarmgraph run" });
    expect(said).toContain("check_status");
    expect(said).toContain("The app is up again since noon.");
  });

  it("writes a scenario, and sees it pass", async () => {
    edit("scenarios.json", '"scenarios": [', `"scenarios": [\n    ${JSON.stringify(STATUS_SCENARIO)},`);
    const said = await follow("scenarios", "npx swarmgraph test scenarios.json", { told: "swarmgraph test" });
    expect(said).toMatch(/status/u);
    edit("scenarios.json", "since noon", "since midnight");
    const wrong = follow("a scenario that fails", "npx swarmgraph test scenarios.json", { told: "swarmgraph test" });
    await expect(wrong).rejects.toThrow("ends with 1");
  });

  it("writes the quick start's test with vitest, and sees it pass", async () => {
    const [test] = [...pages.matchAll(/^```ts\n(?<code>(?:(?!^```).)*?from "vitest";.*?)^```/gmsu)];
    writeFileSync(join(project, "swarm.test.ts"), test?.groups?.["code"] ?? "");
    await follow("install vitest", "npm install -D vitest", { told: "vitest" });
    expect(await follow("a test", "npx vitest run", { told: "vitest" })).toMatch(/Tests +1 passed/u);
  });

  it("draws it", async () => {
    const said = await follow("draw", "npx swarmgraph draw swarm.ts --format mermaid", { told: "swarmgraph draw" });
    expect(said).toContain("check_status");
    await follow("draw to a file", "npx swarmgraph draw swarm.ts --format svg --out desk.svg", {
      told: "swarmgraph draw",
    });
    expect(readFileSync(join(project, "desk.svg"), "utf8")).toContain("</svg>");
  });

  it("serves it", async () => {
    const start = performance.now();
    const server = await startServer("npx", ["swarmgraph", "dev", "swarm.ts", "--port", "0", "--json"], {
      cwd: project,
      env,
    });
    try {
      const { inspector } = JSON.parse(server.firstLine) as { readonly inspector: string };
      const page = await fetch(inspector);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<html")]);
      const body = { model: "support-desk", messages: [{ role: "user", content: "The app is broken" }] };
      const asked = await fetch(new URL("/v1/chat/completions", inspector), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(await asked.text()).toContain("Which version do you have?");
    } finally {
      await server.stop();
    }
    await expect(fetch((JSON.parse(server.firstLine) as { readonly inspector: string }).inspector)).rejects.toThrow(
      "fetch failed",
    );
    durations.push(["serve, ask and stop", (performance.now() - start) / 1000]);
  });
});

const STATUS_TOOL = `
/** Says how a service is. */
export const checkStatus = tool(({ service }) => \`The \${service} is up again since noon.\`, {
  name: "check_status",
  description: "Says whether a service is up.",
  schema: z.object({ service: z.string() }),
});
`;

const STATUS_RULE = '{ when: /status/iu, tool: "check_status", args: { service: "app" } }';

const STATUS_SCENARIO = {
  name: "status",
  prompt: "The app is broken: what is its status?",
  path: ["triage", "tech"],
  tools: ["check_status"],
  answer: "since noon",
};

/** Each step with its seconds, as text. */
function tableOf(durations: readonly (readonly [step: string, seconds: number])[]): string {
  const total = durations.reduce((sum, [, seconds]) => sum + seconds, 0);
  const rows = [...durations, ["in all", total] as const];
  const lines = rows.map(([step, seconds]) => `${step.padEnd(26)}${seconds.toFixed(1).padStart(6)} s`);
  return `\nA newcomer's steps\n${lines.join("\n")}\n`;
}
