import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ended } from "./engine.ts";

/** A worker process, on the Node that Restate's SDK needs. */
export interface Service {
  readonly url: string;
  readonly child: ChildProcess;
  /** As a machine that loses its power: nothing is wound up. */
  kill(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** The Node that Restate's SDK runs on, from npm. */
export function node24(): string {
  return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), "bin", "node");
}

/** What a worker is told. */
export interface ServiceOptions {
  /** The worker's program: see `bundle`. */
  readonly program: string;
  readonly port: number;
  /** The name of the swarm's object: one for each test file, since they share the server. */
  readonly service: string;
  readonly ingress: string;
  /** Where it notes its effects, one a line. */
  readonly effects: string;
  /** Which of the test's swarms. */
  readonly swarm: string;
  /** The point at which it ends itself, counted over all processes with these effects. Default: none. */
  readonly dieAt?: number | undefined;
  readonly version?: string | undefined;
  /** A thread that is elsewhere, and the engine that runs it there; none where a checkpointer alone keeps it. */
  readonly elsewhere?: { readonly threadId: string; readonly engine?: string | undefined } | undefined;
  readonly answerTimeoutMs?: number | undefined;
  readonly suspendAfterMs?: number | undefined;
}

/** Starts a worker, and waits until it listens. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const child = spawn(node24(), [options.program], {
    env: { ...process.env, WORKER: JSON.stringify(options) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code} before it listened`)));
  });
  return { url, child, kill: () => ended(child, "SIGKILL") };
}
