import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { killAll, runProcess, shellEnvironment } from "./child-process.ts";

const cwd = tmpdir();
const run = (script: string, timeoutMs = 20_000) =>
  runProcess("sh", ["-c", script], { cwd, env: shellEnvironment(), timeoutMs });

/** Waits until nothing is left of a process group: what is killed takes a moment to be gone. */
async function expectGone(leader: number): Promise<void> {
  expect(leader).toBeGreaterThan(1);
  await expect.poll(() => signalled(leader), { timeout: 5000 }).toBe(false);
}

function signalled(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

describe("runProcess", () => {
  it("resolves to the code and both outputs", async () => {
    expect(await run("echo out; echo err >&2; exit 3")).toEqual({
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
      isTimedOut: false,
    });
  });

  it("kills at its timeout what the command has started as well", async () => {
    const { code, stdout, isTimedOut } = await run("echo $$; sleep 600 & sleep 600", 500);
    expect({ code, isTimedOut }).toEqual({ code: null, isTimedOut: true });
    await expectGone(Number(stdout));
  });

  it("ends with the command, not with what that left running", async () => {
    const { code, stdout } = await run("echo $$; sleep 600 &");
    expect(code).toBe(0);
    await expectGone(Number(stdout));
  });

  it("rejects for a command that does not exist", async () => {
    await expect(runProcess("no-such-command", [], { cwd, env: {}, timeoutMs: 1000 })).rejects.toThrow("ENOENT");
  });

  it("is ended by killAll", async () => {
    const endless = run("sleep 600");
    killAll();
    expect((await endless).code).toBeNull();
  });
});

describe("shellEnvironment", () => {
  it("has no key, and nothing of the runner that is running this", () => {
    expect(process.env["VITEST"]).toBe("true");
    const env = shellEnvironment();
    expect(env["VITEST"]).toBeUndefined();
    expect(Object.entries(env).filter(([name, value]) => name.endsWith("_API_KEY") && value !== "")).toEqual([]);
    expect(env["PATH"]).not.toContain("node_modules/.bin");
  });
});
