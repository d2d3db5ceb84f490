import { Command } from "@langchain/langgraph";
import type { ApprovalRequest, HumanRequest, PendingInterrupt, ToolRequest } from "swarmgraph";

/** What a stopped run asks, by kind. */
export type Question =
  | { readonly kind: "handoff"; readonly value: ApprovalRequest }
  | { readonly kind: "tools"; readonly value: ToolRequest }
  | { readonly kind: "human"; readonly value: HumanRequest }
  | { readonly kind: "other"; readonly value: unknown };

const KINDS: Readonly<Record<string, Exclude<Question["kind"], "other">>> = {
  "handoff.approval": "handoff",
  "tool.request": "tools",
  "human.request": "human",
};

/** The question of an interrupt. */
export function questionOf({ value }: PendingInterrupt): Question {
  const type = typeof value === "object" && value !== null ? (value as { type?: unknown }).type : undefined;
  const kind = typeof type === "string" ? KINDS[type] : undefined;
  return { kind: kind ?? "other", value } as Question;
}

/** Goes on with answers to all questions of a run, in their order. */
export function resumeWith(interrupts: readonly PendingInterrupt[], answers: readonly unknown[]): Command {
  const hasIds = interrupts.every(({ id }) => id !== undefined);
  const resume = hasIds ? Object.fromEntries(interrupts.map(({ id }, index) => [id, answers[index]])) : answers[0];
  return new Command({ resume });
}

/**
 * Grants or denies whatever a run waits for; `undefined` where it wants more than that: a tool's result, a person's words.
 */
export function decideAll(interrupts: readonly PendingInterrupt[], approve: boolean): Command | undefined {
  const decision = approve ? { approve: true } : { approve: false };
  const answers = interrupts.map((interrupt) => {
    const { kind, value } = questionOf(interrupt);
    if (kind === "handoff") return decision;
    if (kind !== "tools" || value.calls.some(({ needs }) => needs === "result")) return undefined;
    return Object.fromEntries(value.calls.map(({ callId }) => [callId, decision]));
  });
  if (interrupts.length === 0 || answers.includes(undefined)) return undefined;
  return resumeWith(interrupts, answers);
}

/** What a run waits for, as half a sentence. */
export function describeWait(interrupts: readonly PendingInterrupt[]): string {
  const parts = interrupts.map((interrupt) => {
    const { kind, value } = questionOf(interrupt);
    if (kind === "handoff") return `an approval of the handoff from "${value.from}" to "${value.to}"`;
    if (kind === "human") return `an answer of ${value.name}`;
    if (kind === "other") return "an answer";
    return value.calls
      .map(({ name, needs }) => `${needs === "result" ? "the result" : "an approval"} of the tool "${name}"`)
      .join(" and ");
  });
  return parts.length === 0 ? "somebody who lets it go on" : parts.join(" and ");
}
