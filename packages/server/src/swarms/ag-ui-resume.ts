import { Command } from "@langchain/langgraph";
import { z } from "zod/v4";
import { isRecord } from "../wire/chosen.ts";
import { invalidField } from "../wire/errors.ts";
import { notPending } from "./refusals.ts";
import { toolRequestIn } from "./resume.ts";
import type { Pending } from "./resume.ts";
import type { ThreadView } from "./served-swarm.ts";

/** An answer to an interrupt, as AG-UI 1.0 has it. */
export const resumeEntry = z.object({
  interruptId: z.string(),
  status: z.enum(["resolved", "cancelled"]),
  payload: z.unknown().optional(),
});

/** See {@link resumeEntry}. */
export type ResumeEntry = z.infer<typeof resumeEntry>;

const CANCELLED = "the user cancelled it";

/**
 * The command that answers interrupts: with the payload as it is, or with a denial where it was cancelled. Where one call
 * waits for its result alone, the payload may be that result.
 *
 * @throws MistralError 409 where the thread does not wait for one of them, 422 where a person's turn was cancelled.
 */
export function commandOfEntries({ pending }: ThreadView, entries: readonly ResumeEntry[]): Command {
  const answers = entries.map((entry) => {
    const asked = pending.find(({ id }) => id === entry.interruptId);
    if (asked === undefined) throw notPending();
    return [asked.id, entry.status === "cancelled" ? denialOf(asked) : payloadFor(asked, entry.payload)] as const;
  });
  return new Command({ resume: Object.fromEntries(answers) });
}

function payloadFor({ value }: Pending, payload: unknown): unknown {
  const [call, ...others] = toolRequestIn(value)?.calls ?? [];
  if (call === undefined || others.length > 0) return payload;
  const isByCall = isRecord(payload) && Object.hasOwn(payload, call.callId);
  if (isByCall) return payload;
  const isDecision = isRecord(payload) && ("approve" in payload || "result" in payload);
  const isReply = isDecision || call.needs === "approval";
  return { [call.callId]: isReply ? payload : { result: payload } };
}

function denialOf({ value }: Pending): unknown {
  if (isRecord(value) && value["type"] === "human.request") {
    const message =
      "A person's turn cannot be cancelled: send what they say, or { handoffTo } with one of canHandoffTo.";
    throw invalidField(["body", "resume"], message);
  }
  const request = toolRequestIn(value);
  if (request === undefined) return { approve: false, reason: CANCELLED };
  return Object.fromEntries(
    request.calls.map(({ callId, needs }) => [
      callId,
      needs === "result" ? { result: CANCELLED, isError: true } : { approve: false, reason: CANCELLED },
    ]),
  );
}
