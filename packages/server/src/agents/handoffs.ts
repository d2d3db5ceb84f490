import { invalidField, notFound } from "../wire/errors.ts";

/** Options of {@link checkedHandoffs}. */
export interface CheckHandoffsOptions {
  /** Id of the agent that hands over; a new one has none yet. */
  readonly self?: string | undefined;
  readonly exists: (id: string) => Promise<boolean>;
}

/**
 * The handoffs of an agent, each once, all known. Cycles between agents are fine; only an agent's own id is not.
 *
 * @throws MistralError 422 for the agent's own id, 404 for an unknown one; both name `handoffs[i]`.
 */
export async function checkedHandoffs(
  handoffs: readonly string[] | null,
  options: CheckHandoffsOptions,
): Promise<readonly string[] | null> {
  if (handoffs === null) return null;
  for (const [index, id] of handoffs.entries()) {
    const loc = ["body", "handoffs", index];
    if (id === options.self) throw invalidField(loc, "An agent cannot hand over to itself.", { input: id });
    if (!(await options.exists(id))) throw notFound("agent", id, { loc });
  }
  return [...new Set(handoffs)];
}
