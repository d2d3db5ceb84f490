/** A tool as its server names it. */
export interface NamedTool {
  /** The name under which the server was given. */
  readonly server: string;
  readonly name: string;
}

const maxLength = 64;

/**
 * A name for each tool, in order: legal for every model provider (`[A-Za-z_][A-Za-z0-9_-]{0,63}`) and different from
 * all others. A name that is legal and alone stays as it is; tools that share one get their server's name in front, and
 * a number where that is not enough. The same tools in the same order get the same names. Pure.
 */
export function nameTools(tools: readonly NamedTool[]): string[] {
  const wanted = tools.map(({ name }) => toLegal(name));
  const count = new Map<string, number>();
  for (const name of wanted) count.set(name, (count.get(name) ?? 0) + 1);
  const taken = new Set([...count].filter(([, times]) => times === 1).map(([name]) => name));
  return tools.map(({ server, name }, at) => {
    const own = wanted[at] ?? "";
    if (count.get(own) === 1) return own;
    const base = toLegal(`${server}_${name}`);
    let free = base;
    for (let number = 2; taken.has(free); number += 1) {
      const suffix = `_${number}`;
      free = base.slice(0, maxLength - suffix.length) + suffix;
    }
    taken.add(free);
    return free;
  });
}

function toLegal(name: string): string {
  const legal = name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return (/^[A-Za-z_]/.test(legal) ? legal : `_${legal}`).slice(0, maxLength);
}
