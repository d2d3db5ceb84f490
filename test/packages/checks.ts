import { join } from "node:path";
import type { Check } from "size-limit";
import { publishedPackages, ROOT } from "../../scripts/workspace.ts";
import type { Budget } from "./budgets.ts";

/** The condition by which an entry leads to its source. */
const SOURCE = "swarmgraph-source";

interface Source {
  readonly path: string;
  /** What others bring: peers and dependencies. */
  readonly others: readonly string[];
}

/** The part of esbuild's interface for plugins that is used here. */
interface Bundler {
  onResolve(
    options: { readonly filter: RegExp },
    callback: (args: { readonly kind: string; readonly path: string }) => object | undefined,
  ): void;
}

/** Leaves out what is imported only when it is needed. */
const initialOnly = {
  name: "initial-only",
  setup: ({ onResolve }: Bundler): void =>
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined)),
};

/**
 * The checks that size-limit makes of these budgets: on the sources, so that nothing has to be built.
 *
 * @throws an `Error` for an entry that no published package has.
 */
export function checksOf(budgets: readonly Budget[]): Check[] {
  const sources = entrySources();
  return budgets.map(({ entry, imported, isInitial = false, limit }) => {
    const source = sources.get(entry);
    if (source === undefined) throw new Error(`"${entry}" is no entry of a package that is published.`);
    const options = { format: "esm", platform: "node", target: "node20", conditions: [SOURCE] };
    return {
      name: `${entry} ${imported}${isInitial ? ", at first" : ""}`,
      path: source.path,
      import: imported,
      ignore: [...source.others],
      gzip: true,
      limit,
      modifyEsbuildConfig: <T extends object>(config?: T) =>
        Object.assign({} as T, config, options, { plugins: isInitial ? [initialOnly] : [] }),
    };
  });
}

/** The source of every entry of every published package, by what stands behind `from`. */
export function entrySources(): ReadonlyMap<string, Source> {
  const entries = publishedPackages().flatMap(({ folder, manifest }) => {
    const { name, exports = {}, dependencies, peerDependencies } = manifest;
    const others = Object.keys({ ...dependencies, ...peerDependencies });
    return Object.entries(exports).flatMap(([entry, target]) => {
      const source = (target as { readonly [SOURCE]?: string })[SOURCE];
      return source === undefined
        ? []
        : [[`${name}${entry.slice(1)}`, { path: join(ROOT, folder, source), others }] as const];
    });
  });
  return new Map(entries);
}
