import { dirname, posix } from "node:path";

/** A name that a package exports, and the docstring above its declaration. */
export interface PublicName {
  readonly name: string;
  /** The file that declares it, from the repository's root. */
  readonly file: string;
  /** `class`, `function`, `const`, `interface`, `type`; `""` where no declaration was found. */
  readonly kind: string;
  /** Without its stars; `undefined` where there is none. */
  readonly docstring: string | undefined;
  /** Of an interface, the fields that have no docstring of their own. */
  readonly bareFields: readonly string[];
}

const EXPORTS = /^export (?:type )?\{(?<names>[^}]*)\} from "(?<from>\.[^"]+)";/gmu;

/**
 * Lists what an entry exports from its own files, with the docstrings. Names of other packages are theirs to document.
 *
 * @param entry An `index.ts` that only re-exports.
 * @param read Gives a file's text.
 */
export function publicNames(entry: string, read: (file: string) => string): readonly PublicName[] {
  return [...read(entry).matchAll(EXPORTS)].flatMap(({ groups }) => {
    const file = posix.join(dirname(entry), groups?.["from"] ?? "");
    const names = (groups?.["names"] ?? "").split(",").map((part) => part.trim().replace(/^type /u, ""));
    return names.filter((name) => name !== "").map((name) => declarationOf(name.split(" as ")[0] ?? name, file, read));
  });
}

function declarationOf(name: string, file: string, read: (file: string) => string): PublicName {
  const source = read(file);
  const declared = new RegExp(
    String.raw`^export (?:declare |abstract |async )*(?<kind>class|function|const|interface|type)\*? ${name}\b`,
    "mu",
  ).exec(source);
  if (declared !== null) {
    const kind = declared.groups?.["kind"] ?? "";
    const bareFields = kind === "interface" ? bareFieldsIn(source.slice(declared.index)) : [];
    return { name, file, kind, docstring: docstringBefore(source.slice(0, declared.index)), bareFields };
  }
  const through = [...source.matchAll(EXPORTS)].find(({ groups }) =>
    new RegExp(String.raw`\b${name}\b`, "u").test(groups?.["names"] ?? ""),
  );
  const from = through?.groups?.["from"];
  if (from === undefined) return { name, file, kind: "", docstring: undefined, bareFields: [] };
  return declarationOf(name, posix.join(dirname(file), from), read);
}

/** The fields of the interface that a text begins with that no docstring stands above. Goes by the formatter's indents. */
function bareFieldsIn(text: string): readonly string[] {
  const lines = text.slice(0, text.search(/^\}/mu)).split("\n");
  return lines.flatMap((line, index) => {
    const field = /^ {2}(?:readonly )?(?<name>\w+)\??[:(<]/u.exec(line)?.groups?.["name"];
    return field === undefined || lines[index - 1]?.trimEnd().endsWith("*/") ? [] : [field];
  });
}

/** The docstring that ends right where a text ends. */
function docstringBefore(text: string): string | undefined {
  const begin = text.lastIndexOf("/**");
  const rest = begin === -1 ? "" : text.slice(begin).trimEnd();
  if (!rest.endsWith("*/") || rest.indexOf("*/") !== rest.length - 2) return undefined;
  return rest
    .slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/u, ""))
    .join("\n")
    .trim();
}
