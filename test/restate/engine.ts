import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { realpathSync } from "node:fs";
import { freePorts } from "./ports.ts";

/** A Restate server of a test's own, on loopback. */
export interface Engine {
  readonly ingress: string;
  readonly admin: string;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** The server's binary: npm ships one package for each platform, beside the one that picks it. */
function binary(): string {
  const picker = realpathSync(require.resolve("@restatedev/restate-server/package.json"));
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const own = createRequire(picker).resolve(`${platform}/package.json`);
  return join(dirname(own), "bin", "restate-server");
}

/** Starts a server in a folder of its own, and waits until it takes calls. */
export async function startEngine(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), "restate-"));
  const [ingress = 0, admin = 0, fabric = 0] = await freePorts(3);
  const server = spawn(
    binary(),
    ["--base-dir", folder, "--node-name", "n1", "--no-logo", "--listen-mode", "tcp"].concat([
      "--bind-ip",
      "127.0.0.1",
      "--bind-port",
      String(fabric),
    ]),
    {
      stdio: "ignore",
      env: {
        ...process.env,
        RESTATE_DISABLE_TELEMETRY: "true",
        // A worker that is frozen is noticed by these alone.
        RESTATE_WORKER__INVOKER__HTTP2_KEEP_ALIVE_INTERVAL: "2s",
        RESTATE_WORKER__INVOKER__HTTP2_KEEP_ALIVE_TIMEOUT: "4s",
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      },
    },
  );
  const urls = { ingress: `http://127.0.0.1:${ingress}`, admin: `http://127.0.0.1:${admin}` };
  await Promise.all([answers(`${urls.admin}/health`, server), answers(`${urls.ingress}/restate/health`, server)]);
  return {
    ...urls,
    stop: async () => {
      await ended(server, "SIGTERM");
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends a process by its id, and waits until it is gone. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode} before it answered`);
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
