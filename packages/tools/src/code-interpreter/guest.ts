/** The name under which the host's functions stand in the sandbox. */
export const HOST_NAME = "interpreterHost";

/** The most lines of console output that leave the sandbox. */
export const maxLines = 500;

/**
 * What runs in the sandbox before the user's code: `console` and `chart` over the host's two functions, and `__show`,
 * which turns any value into text there, because functions and instances cannot leave. It stands on one line with the
 * first line of the user's code, so that the line numbers of errors are the user's.
 */
const prelude = `
const __show = (() => {
  let left = 5000;
  const show = (value, depth, seen) => {
    if (left-- <= 0) return "…";
    if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
    if (typeof value === "bigint") return value + "n";
    if (typeof value === "function") return "[Function" + (value.name ? " " + value.name : "") + "]";
    if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
    if (value instanceof Error) return value.name + ": " + value.message;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (value instanceof Promise) return "[Promise]";
    if (seen.includes(value)) return "[Circular]";
    if (depth > 5) return Array.isArray(value) ? "[Array]" : "[Object]";
    const inner = (item) => show(item, depth + 1, [...seen, value]);
    const list = (open, items, toText, close) => {
      const shown = items.slice(0, 100).map(toText);
      if (items.length > 100) shown.push("… " + (items.length - 100) + " more");
      return shown.length === 0 ? (open + close).replace("  ", "") : open + shown.join(", ") + close;
    };
    if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)))
      return list("[", Array.from(value), inner, "]");
    if (value instanceof Set) return list("Set { ", [...value], inner, " }");
    if (value instanceof Map) return list("Map { ", [...value], ([k, v]) => inner(k) + " => " + inner(v), " }");
    const of = Object.getPrototypeOf(value)?.constructor?.name;
    const name = of && of !== "Object" ? of + " " : "";
    const key = (k) => (/^[\\w$]+$/.test(k) ? k : JSON.stringify(k)) + ": ";
    return list(name + "{ ", Object.keys(value), (k) => key(k) + inner(value[k]), " }");
  };
  return (value) => {
    left = 5000;
    try { return show(value, 0, []); } catch { return "[cannot be shown]"; }
  };
})();
(() => {
  const { print, draw } = ${HOST_NAME};
  let lines = ${maxLines};
  let left = MAX_OUTPUT;
  const write = (...values) => {
    if (lines <= 0 || left < 0) return;
    lines -= 1;
    const line = lines === 0 ? "… more lines were dropped" : values.map(__show).join(" ").slice(0, left + 1);
    left -= line.length + 1;
    print(line);
  };
  for (const name of ["log", "info", "debug", "warn", "error", "table", "dir"]) console[name] = write;
  globalThis.chart = {
    draw(spec) {
      const { error, file } = draw(typeof spec === "string" ? spec : JSON.stringify(spec));
      if (error !== undefined) throw new Error(error);
      return file;
    },
  };
})();`
  .trim()
  .replaceAll(/\s*\n\s*/g, " ");

/** The program for the sandbox; its value is the text of what `body` returns. `body` may hold anything. */
export function guestProgram(body: string, maxOutput: number): string {
  const start = prelude.replace("MAX_OUTPUT", String(maxOutput));
  return `${start} return await (async () => { ${body}\n})().then((value) => value === undefined ? value : __show(value).slice(0, ${maxOutput + 1}));`;
}
