/** What a stopped run waits for. */
export interface Interrupt {
  readonly id?: string;
  readonly value: unknown;
}

export function kindOf(interrupt: Interrupt): "handoff" | "tools" | "human" | "other";
export function answerOf(interrupt: Interrupt, filled: Readonly<Record<string, unknown>>): unknown;
export function resumeOf(interrupts: readonly Interrupt[], answers: readonly unknown[]): unknown;
