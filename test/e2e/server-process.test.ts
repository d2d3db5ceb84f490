import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { shellEnvironment } from "./child-process.ts";
import { startServer } from "./server-process.ts";

const start = (script: string, timeoutMs?: number) =>
  startServer("sh", ["-c", script], { cwd: tmpdir(), env: shellEnvironment(), ...(timeoutMs && { timeoutMs }) });

describe("startServer", () => {
  it("resolves to the first line, and stops the command with what it started", async () => {
    const server = await start("sleep 600 & echo $!; echo more; wait");
    const started = Number(server.firstLine);
    expect(started).toBeGreaterThan(1);
    await server.stop(200);
    await expect.poll(() => isRunning(started), { timeout: 5000 }).toBe(false);
    await server.stop();
  });

  it("kills on the way what does not end when it is asked to", async () => {
    const server = await start("trap '' INT; echo ready; sleep 600");
    await expect(server.stop(200)).resolves.toBeUndefined();
  });

  it("rejects with the error output where the command ends without a line", async () => {
    await expect(start("echo no port is free >&2")).rejects.toThrow("said nothing and ended: no port is free");
  });

  it("rejects where nothing is said for too long", async () => {
    await expect(start("sleep 600", 300)).rejects.toThrow("said nothing and ended");
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
