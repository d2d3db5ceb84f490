import { fileURLToPath } from "node:url";
import { projectFile } from "./paths.ts";

/** The part of a V8 CPU profile that is read. Times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[] | undefined;
}

/** Whose code time is spent in. `bench` is the scripted model and this harness. */
export type Owner = "swarmgraph" | "LangGraph" | "LangChain" | "Node and V8" | "garbage" | "bench" | "other packages";

/** What a profile is of. */
export interface ProfileOptions {
  /** The clock when the profiled turns began: what was sampled before does not count. */
  readonly from: number;
  /** Model calls in the profiled turns. */
  readonly hops: number;
  /** Microseconds of CPU time that the turns took, which the samples are shares of. */
  readonly cpu: number;
}

/** What LangChain makes around each function and each tool that nobody traces, whoever else is under it. */
export const RUN_TREE = "with RunTree";

/**
 * Microseconds of a hop by owner as `of <owner>`, by function of ours as `in <file>:<function>`, and of LangSmith's run trees
 * with all that they call as `with RunTree`, of a CPU profile. A sample belongs to the innermost function that is written
 * somewhere: what V8 has built in (`Map.get`, `JSON.stringify`) counts for who called it. Waiting does not count.
 */
export function profileCosts(profile: CpuProfile, { from, hops, cpu }: ProfileOptions): Record<string, number> {
  const places = placesOf(profile);
  const weights = new Map<string, number>();
  let total = 0;
  let clock = profile.startTime;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    clock += profile.timeDeltas?.[index] ?? 0;
    const place = places.get(id);
    if (clock < from || place === undefined) continue;
    total += 1;
    for (const key of keysOf(place)) weights.set(key, (weights.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...weights].map(([key, weight]) => [key, (weight / total) * (cpu / hops)]));
}

interface Place {
  readonly owner: Owner;
  readonly file: string;
  readonly name: string;
  readonly isOfRunTree?: boolean;
}

function keysOf({ owner, file, name, isOfRunTree }: Place): string[] {
  return [
    `of ${owner}`,
    ...(owner === "swarmgraph" ? [`in ${file}:${name}`] : []),
    ...(isOfRunTree === true ? [RUN_TREE] : []),
  ];
}

/** Where each node of the tree stands: itself, or the nearest of its callers that is written in a file. */
function placesOf({ nodes }: CpuProfile): ReadonlyMap<number, Place | undefined> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const placeOf = (node: ProfileNode | undefined): Place | undefined => {
    if (node === undefined) return { owner: "Node and V8", file: "", name: "" };
    const { functionName: name, url } = node.callFrame;
    if (name === "(idle)") return undefined;
    if (name === "(garbage collector)") return { owner: "garbage", file: "", name };
    if (url !== "") return { ...fileOf(url), name: name === "" ? "(anonymous)" : name };
    return placeOf(byId.get(parents.get(node.id) ?? Number.NaN));
  };
  const isOfRunTree = (node: ProfileNode | undefined): boolean =>
    node !== undefined && (isRunTree(node) || isOfRunTree(byId.get(parents.get(node.id) ?? Number.NaN)));
  return new Map(
    nodes.map((node) => {
      const place = placeOf(node);
      return [node.id, place && isOfRunTree(node) ? { ...place, isOfRunTree: true } : place];
    }),
  );
}

function isRunTree({ callFrame: { functionName, url } }: ProfileNode): boolean {
  return functionName === "RunTree" && url.includes("/langsmith/");
}

const root = projectFile(".").href;

function fileOf(address: string): Omit<Place, "name"> {
  const url = address.startsWith("/") ? new URL(`file://${address}`).href : address;
  if (url.startsWith("node:")) return { owner: "Node and V8", file: url };
  const [, inPackage] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url) ?? [];
  if (inPackage !== undefined) return { owner: ownerOf(inPackage), file: inPackage };
  const file = url.startsWith(root) ? fileURLToPath(url).slice(fileURLToPath(root).length) : url;
  if (file.startsWith("bench/")) return { owner: "bench", file };
  const source = file.replace(/(^|\/)dist\//u, "$1src/").replace(/\.js$/u, ".ts");
  return { owner: /^(?:packages\/[^/]+\/)?src\//u.test(source) ? "swarmgraph" : "other packages", file: source };
}

function ownerOf(inPackage: string): Owner {
  if (inPackage.startsWith("@langchain/langgraph")) return "LangGraph";
  return inPackage.startsWith("@langchain/") || inPackage === "langsmith" ? "LangChain" : "other packages";
}
