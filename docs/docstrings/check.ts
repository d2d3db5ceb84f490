import { publicNames } from "./public-names.ts";
import type { PublicName } from "./public-names.ts";

/** A name that shows itself, by what another one's example says of it, or that nobody calls: no example is asked of it. */
function showsElsewhere({ name, docstring = "" }: PublicName): boolean {
  return name.endsWith("Error") || /\{@link [^}]+\}/u.test(docstring);
}

/**
 * What is wrong with the docstrings of an entry's public names, as `src/run/session.ts: Session has no docstring`.
 *
 * - Each has one, which begins with a sentence.
 * - A class and a function have an `@example`, or a `{@link}` to what shows them; errors need none.
 * - Each field of what is passed in (`…Options`, `…Config`, `…Spec`, `Limits`) says what it is, with its default and unit.
 */
export function docstringProblems(entry: string, read: (file: string) => string): readonly string[] {
  return publicNames(entry, read).flatMap((name) => {
    const place = `${name.file}: ${name.name}`;
    if (name.kind === "") return [`${place} is exported, and its declaration is not found`];
    if (name.docstring === undefined) return [`${place} has no docstring`];
    const [first = ""] = name.docstring.split(/\n\s*\n|\n@/u);
    if (!/[.:)`]$/u.test(first.trim())) return [`${place} does not begin with a sentence`];
    const isPassedIn = /(?:Options|Config|Spec|Limits)$/u.test(name.name);
    if (isPassedIn && name.bareFields.length > 0)
      return [`${place} does not say what is ${name.bareFields.join(", ")}`];
    const isCalled = name.kind === "class" || name.kind === "function";
    if (!isCalled || name.docstring.includes("@example") || showsElsewhere(name)) return [];
    return [`${place} has no @example, and no {@link} to what shows it`];
  });
}
