import { findPackage } from "../packages/find-package.ts";
import type { InstalledPackage } from "../packages/find-package.ts";
import { satisfies } from "../packages/range.ts";

/** What was found out about one thing. */
export interface Check {
  /** `"note"`: worth knowing, and no problem. */
  readonly status: "ok" | "note" | "problem";
  readonly name: string;
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Those whose peers are looked at, where they are installed. */
const PACKAGES = [
  "swarmgraph",
  "@langchain/langgraph",
  "@swarmgraph/cli",
  "@swarmgraph/local-model",
  "@swarmgraph/server",
  "@langchain/openai",
  "@langchain/mistralai",
  "@langchain/anthropic",
];

/** Those of which a process may have one copy only: values of theirs go from one package to another. */
const SINGLE = ["@langchain/core", "@langchain/langgraph"];

/** Whether this Node runs the packages of a project. */
export function checkNode(version: string, directory: string): Check {
  const range = findPackage("swarmgraph", directory)?.engines["node"] ?? ">=20.19";
  if (satisfies(version, range)) return { status: "ok", name: "node", detail: version };
  return {
    status: "problem",
    name: "node",
    detail: `${version}, and swarmgraph needs ${range}`,
    hint: "Install a newer Node.",
  };
}

/** Whether the packages that a project has fit together: each one's peers, and one copy of what must be one. */
export function checkPackages(directory: string): readonly Check[] {
  const found = PACKAGES.flatMap((name) => findPackage(name, directory) ?? []);
  if (!found.some(({ name }) => name === "swarmgraph")) {
    const hint = 'Run it in a project that uses it, or "npm install swarmgraph".';
    return [{ status: "note", name: "swarmgraph", detail: "not installed here", hint }];
  }
  return [...found.flatMap((one) => checkPeers(one)), ...SINGLE.flatMap((name) => checkCopies(name, directory, found))];
}

function checkPeers(one: InstalledPackage): Check[] {
  const problems = Object.entries(one.peerDependencies).flatMap(([peer, range]): Check[] => {
    const name = `${one.name} ${one.version}`;
    const installed = findPackage(peer, one.directory);
    if (installed === undefined) {
      if (one.optionalPeers.has(peer)) return [];
      const hint = `Run "npm install ${peer}".`;
      return [{ status: "problem", name, detail: `needs ${peer} ${range}, which is not installed`, hint }];
    }
    if (range.startsWith("workspace:") || satisfies(installed.version, range)) return [];
    const detail = `needs ${peer} ${range}, and ${installed.version} is installed`;
    const hint = `Run "npm install '${peer}@${range.split("||").at(-1)?.trim()}'".`;
    return [{ status: "problem", name, detail, hint }];
  });
  return problems.length > 0 ? problems : [{ status: "ok", name: one.name, detail: one.version }];
}

function checkCopies(name: string, directory: string, packages: readonly InstalledPackage[]): Check[] {
  const copies = new Map<string, string>();
  for (const from of [directory, ...packages.map((one) => one.directory)]) {
    const copy = findPackage(name, from);
    if (copy !== undefined) copies.set(copy.directory, copy.version);
  }
  if (copies.size < 2) return [];
  const versions = [...new Set(copies.values())].join(" and ");
  const detail = `there are ${copies.size} copies (${versions}), and there may be one only`;
  return [{ status: "problem", name, detail, hint: `Run "npm dedupe", or "npm ls ${name}" to see who brings which.` }];
}
