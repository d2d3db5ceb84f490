import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killAll, runProcess, shellEnvironment } from "./child-process.ts";
import type { ProcessResult } from "./child-process.ts";
import { deniedBuilds, installedPackages } from "./installed.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const MINUTE = 60_000;

/** The commands that the README promises, each at the beginning of a line. */
const promised = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^npx -y pnpm@12 (?:demo|test)\b/gmu)];

describe.skipIf(!existsSync(join(root, ".git")))("a fresh clone (skipped where there is no .git to clone)", () => {
  const home = join(tmpdir(), `swarmgraph-clone-${process.pid}`);
  const clone = join(home, "swarmgraph");
  const store = join(home, "store");
  // Both spellings: which one pnpm reads depends on its version. npm's own cache is fresh as well.
  const env = {
    ...shellEnvironment(),
    PNPM_HOME: join(home, "pnpm"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
    npm_config_cache: join(home, "npm"),
    npm_config_store_dir: store,
    pnpm_config_store_dir: store,
  };
  const shell = (command: string, timeoutMs: number, cwd = clone): Promise<ProcessResult> =>
    runProcess("sh", ["-c", command], { cwd, env, timeoutMs });
  const outputs: string[] = [];

  /** Runs a command that has to succeed, and keeps what it prints. */
  async function succeed(command: string, timeoutMs: number, cwd?: string): Promise<string> {
    const { code, stdout, stderr, isTimedOut } = await shell(command, timeoutMs, cwd);
    const output = `${stdout}\n${stderr}`;
    outputs.push(output);
    const why = isTimedOut ? `takes longer than ${timeoutMs / 1000} s` : `ends with ${code}`;
    if (code !== 0) expect.fail(`\`${command}\` ${why}:\n${output.slice(-6000)}`);
    return output;
  }

  beforeAll(async () => {
    mkdirSync(home);
    await succeed(`git clone --quiet "${root}" "${clone}"`, MINUTE, home);
  }, MINUTE);

  afterAll(() => {
    killAll();
    rmSync(home, { recursive: true, force: true });
  }, MINUTE);

  it("is told the two commands by the README", () => {
    expect(promised.map(([command]) => command)).toEqual(["npx -y pnpm@12 demo", "npx -y pnpm@12 test"]);
  });

  it(
    "installs from an empty store and shows path, tool call and answer in one command",
    { timeout: 12 * MINUTE },
    async () => {
      expect(existsSync(store)).toBe(false);
      const output = await succeed("npx -y pnpm@12 demo", 5 * MINUTE);
      expect(readdirSync(store)).not.toEqual([]);
      expect(output).toContain("a learned router that picks among the bound tools, not a language model");
      expect(output).toMatch(/assistant → weather_specialist/u);
      expect(output).toMatch(/weather_specialist calls get_weather\(\{"city":"Tokyo"/u);
      expect(output).toContain("path: assistant → weather_specialist");
      expect(output).toMatch(/calls calculate\(/u);
      expect(output).toContain("397.8");
    },
  );

  it("needs less than 400 MB for its packages", async () => {
    const [kilobytes] = (await succeed("du -sk node_modules", MINUTE)).split("\t");
    expect(Number(kilobytes)).toBeGreaterThan(1000);
    expect(Number(kilobytes)).toBeLessThan(400 * 1024);
  });

  it("compiles nothing and runs no install script", () => {
    const denied = deniedBuilds(readFileSync(join(clone, "pnpm-workspace.yaml"), "utf8"));
    const packages = installedPackages(join(clone, "node_modules/.pnpm"));
    expect(packages.length).toBeGreaterThan(50);
    expect(denied.allowed).toEqual([]);
    const scripted = packages.filter(({ hasInstallScript }) => hasInstallScript);
    expect(scripted.map(({ name }) => name).filter((name) => !denied.names.includes(name))).toEqual([]);
    // Its install script would have put a binary in the place of this JavaScript file.
    const esbuild = scripted.find(({ name }) => name === "esbuild")?.folder ?? "";
    expect(readFileSync(join(esbuild, "bin/esbuild"), "utf8").slice(0, 19)).toBe("#!/usr/bin/env node");
    expect(packages.filter(({ isCompiled }) => isCompiled).map(({ name }) => name)).toEqual([]);
    expect(outputs.join("\n")).not.toMatch(
      /node-gyp|Running (?:pre|post)?install script|(?:pre|post)?install: Running|postinstall\$/u,
    );
  });

  it("passes the README's test command", { timeout: 25 * MINUTE }, async () => {
    const output = await succeed("npx -y pnpm@12 test", 24 * MINUTE);
    expect(output).toMatch(/^Tests: [1-9]\d{2,} passed, 0 failed, \d+ skipped$/mu);
  });

  it("is as clean as before: nothing is generated into the tree", async () => {
    expect((await succeed("git status --porcelain", MINUTE)).trim()).toBe("");
  });
});
