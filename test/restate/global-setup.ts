import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { bundle } from "./bundle.ts";
import { startEngine } from "./engine.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The Restate server of the test run, and the program of its workers. */
    readonly restate: { readonly ingress: string; readonly admin: string; readonly program: string };
  }
}

/** One server for all files of the project; each file has an object of its own in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [engine, program] = await Promise.all([startEngine(), bundle("worker")]);
  project.provide("restate", { ingress: engine.ingress, admin: engine.admin, program });
  return async () => {
    await engine.stop();
    await rm(program, { force: true });
  };
}
