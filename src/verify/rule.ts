import type { SwarmDefinition } from "../define/definition.ts";
import type { Diagnostic } from "../errors.ts";

/** One rule: looks at a definition and yields what is wrong with it. Pure. */
export type Rule = (definition: SwarmDefinition) => Iterable<Diagnostic>;

/** A problem that stops `compile()`. */
export const error = (code: string, path: string, message: string, hint?: string): Diagnostic =>
  hint === undefined ? { code, severity: "error", path, message } : { code, severity: "error", path, message, hint };

/** A problem that goes to `onDiagnostic`. */
export const warning = (code: string, path: string, message: string, hint?: string): Diagnostic => ({
  ...error(code, path, message, hint),
  severity: "warning",
});

/** Names in quotes. */
export const list = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(", ");
