import type { HandoffRecord } from "../../src/index.ts";
import type { Office, Trace } from "./office.ts";

/**
 * Everything that happened in an office and should not have: an agent that was entered but over a declared edge whose guard
 * held and whose approval was given, and a tool that ran but under its owner and with its approval. Read from what models
 * and tools saw of themselves; the ledger only says which handoff an approval was for.
 */
export function escapesOf(office: Office, trace: readonly Trace[], ledger: readonly HandoffRecord[]): string[] {
  const escapes: string[] = [];
  const approved = new Set<string>();
  const guards = new Map<string, boolean>();
  const done = ledger.filter(({ status }) => status === "done");
  let acting = Object.keys(office)[0] ?? "";
  let hop = 0;
  for (const step of trace) {
    if (step.kind === "approved") approved.add(step.id);
    if (step.kind === "guard") guards.set(`${step.from} -> ${step.to}`, step.isOpen);
    if (step.kind === "ran") {
      const { owner, tool, callId } = step;
      const desk = office[owner];
      if (owner !== acting) escapes.push(`${tool} of ${owner} ran under ${acting}`);
      if (![...(desk?.does ?? []), ...(desk?.reads ?? [])].includes(tool)) escapes.push(`${owner} ran ${tool}`);
      if (desk?.confirm?.includes(tool) && !approved.has(callId)) escapes.push(`${tool} ran without its approval`);
    }
    if (step.kind !== "thought" || step.agent === acting) continue;
    const name = `${acting} -> ${step.agent}`;
    const edge = office[acting]?.to?.[step.agent];
    const record = done[hop];
    if (edge === undefined) escapes.push(`${name} is not an edge`);
    if (edge?.when !== undefined && guards.get(name) !== true) escapes.push(`${name} was closed by its guard`);
    if (record?.from !== acting || record.to !== step.agent) escapes.push(`${name} is not in the ledger`);
    if (edge?.requiresApproval && !approved.has(record?.id ?? "")) escapes.push(`${name} was not approved`);
    acting = step.agent;
    hop += 1;
  }
  return escapes;
}
