import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { projectFile } from "./paths.ts";

/** The machine in one sentence, without its name, with a version of Node.js: the one that cells run on. */
export function describeMachine(node: string = process.versions.node): string {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cores[0]?.model.trim() ?? "unknown CPU"}, ${cores.length} cores, ${gigabytes} GB, Node ${node}`;
}

/** The version of a Node.js, by its path. */
export function versionOf(node: string): string {
  return execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
}

/** How busy the machine is with whatever else runs on it, where it is. */
export function describeLoad(): string | undefined {
  const [load = 0] = loadavg();
  const cores = cpus().length;
  if (load < cores / 2) return undefined;
  return `The machine was busy with other work: ${load.toFixed(1)} processes wanted its ${cores} cores as the run began. Ratios are made within a run and hold by and large; microseconds are those of a busy machine.`;
}

const PACKAGES: readonly (readonly [name: string, place: string])[] = [
  ["swarmgraph", "package.json"],
  ["@langchain/core", "node_modules/@langchain/core/package.json"],
  ["@langchain/langgraph", "node_modules/@langchain/langgraph/package.json"],
  ...["@langchain/langgraph-swarm", "langchain", "@openai/agents", "@google/adk", "ai", "@strands-agents/sdk"].map(
    (name) => [name, `bench/peers/node_modules/${name}/package.json`] as const,
  ),
];

/** The versions of what is measured, as far as it is installed. */
export function versionsOf(): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const [name, place] of PACKAGES) {
    try {
      versions[name] = (JSON.parse(readFileSync(projectFile(place), "utf8")) as { version: string }).version;
    } catch {
      versions[name] = "not installed";
    }
  }
  return versions;
}
