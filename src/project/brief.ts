import type { HandoffRecord } from "../types.ts";

/** What an agent said right before it handed over, which would otherwise end the prompt on an assistant turn. */
export interface Said {
  readonly agent: string | undefined;
  readonly text: string;
}

/** Characters of an input that are shown. */
const MAX_INPUT = 4_000;

/**
 * The short block at the end of the target's system prompt: who handed over, why, with what input. A function of the
 * handoff alone, so it stays the same while the agent is active. Names are quoted and inputs are JSON, so that neither
 * can start a line of its own.
 */
export function briefOf(handoff: HandoffRecord, said: readonly Said[]): string {
  const lines = [`Handed over by ${JSON.stringify(handoff.from)}. The conversation is now yours.`];
  for (const { agent, text } of said) lines.push(`${agent ?? handoff.from} said: ${JSON.stringify(text)}`);
  const { reason } = handoff;
  if (reason !== undefined && !said.some(({ text }) => text.includes(reason)))
    lines.push(`Reason: ${JSON.stringify(reason)}`);
  if (hasContent(handoff.input)) lines.push(`Input: ${cut(JSON.stringify(handoff.input))}`);
  return lines.join("\n");
}

function hasContent(input: unknown): boolean {
  return typeof input === "object" && input !== null
    ? Object.keys(input).length > 0
    : input !== undefined && input !== null;
}

function cut(text: string): string {
  return text.length <= MAX_INPUT ? text : `${text.slice(0, MAX_INPUT).toWellFormed()}…`;
}
