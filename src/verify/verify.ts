import type { SwarmDefinition } from "../define/definition.ts";
import { SwarmDefinitionError } from "../errors.ts";
import type { Diagnostic } from "../errors.ts";
import { RULES } from "./rules.ts";

/** Every problem of a definition at once. Pure. */
export function verifyDefinition(definition: SwarmDefinition): readonly Diagnostic[] {
  return RULES.flatMap((rule) => [...rule(definition)]);
}

/**
 * Hands warnings to `onDiagnostic`.
 *
 * @throws SwarmDefinitionError with every error at once.
 */
export function assertSound(definition: SwarmDefinition): void {
  const diagnostics = verifyDefinition(definition);
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === "warning") definition.options.onDiagnostic?.(diagnostic);
  }
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new SwarmDefinitionError(errors);
}
