import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { markdownTable } from "../../docs/wire/markdown-table.ts";

/** A run of the property that held. */
export interface WireRun {
  readonly cases: number;
  /** Cases that came to a prompt. */
  readonly prompts: number;
  readonly seed: number;
  /** Of one process, for 10,000 cases. */
  readonly seconds: number;
  /** `2026-01-31`. */
  readonly date: string;
  /** {@link sourcesOf} the code that was run. */
  readonly sources: string;
}

/** Packages whose behaviour the property is about. */
const PACKAGES = /^(?:@langchain\/|fast-check$)/;

/** The page about the last run. */
export function wireRunsPage({ cases, prompts, seed, seconds, date, sources }: WireRun): string {
  const count = new Intl.NumberFormat("en");
  const rows = [
    ["What", "Value"],
    ["Date", date],
    ["Cases", count.format(cases)],
    ["of which came to a prompt", count.format(prompts)],
    ["Seed", String(seed)],
    ["Seconds per 10,000 cases and process", seconds.toFixed(1)],
    ["Node", process.version],
    ["`src/project`, as SHA-256", `\`${sources}\``],
    ...versions(),
  ];
  return `# The last long run of the wire property

<!-- Written by \`pnpm check:wire\`; not edited by hand. -->

Any log, projected for any agent under any view and history policy, gives a request that its provider accepts, by the rules in [What goes over the wire](wire.md); what was sent stays a prefix while the agent stays active; nothing of what a policy hides is sent. The cases are those of \`test/property/wire-case.ts\`, six of ten for the first of these, two for each of the others. Logs without a user turn come to no prompt but to \`NO_USER_TURN\`. \`pnpm check:wire --cases ${cases} --seed ${seed}\` repeats the run.

${markdownTable(rows)}
`;
}

/** The beginning of the SHA-256 of the projection's code: whether a run was one of the code at hand. */
export function sourcesOf(): string {
  const folder = new URL("../../src/project/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(new URL(file, folder)));
  return hash.digest("hex").slice(0, 16);
}

function versions(): [string, string][] {
  const root = manifest("../../package.json");
  const own: [string, string] = [`\`${root.name}\``, root.version];
  const dependencies = { ...root.devDependencies, ...manifest("../wire/package.json").dependencies };
  const others = Object.entries(dependencies)
    .filter(([name]) => PACKAGES.test(name))
    .map(([name]): [string, string] => [`\`${name}\``, root.devDependencies?.[name] ?? (dependencies[name] as string)]);
  return [own, ...others.toSorted(([one], [other]) => (one < other ? -1 : 1))];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Manifest;
}
