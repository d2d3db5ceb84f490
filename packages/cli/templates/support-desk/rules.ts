import { ToolMessage } from "@langchain/core/messages";
import { scriptedModel } from "swarmgraph/testing";
import type { RecordedCall, ScriptedModel } from "swarmgraph/testing";

/** What an agent does where the user's words fit: say something, call a tool, or hand over. */
export interface Rule {
  readonly when: RegExp;
  readonly handoff?: string;
  readonly reason?: string;
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly say?: string;
}

/** A model that follows rules instead of thinking, so that nothing needs a key: the first rule that fits counts. */
export function ruleModel(rules: readonly Rule[], otherwise: string): ScriptedModel {
  const answer = (call: RecordedCall) => {
    const last = call.messages.at(-1);
    // A tool has answered: its words are the reply.
    if (ToolMessage.isInstance(last)) return last.status === "error" ? "All right, then not." : last.text;
    const text = call.messages.findLast((message) => message.type === "human")?.text ?? "";
    const { handoff, reason, tool, args, say } = rules.find(({ when }) => when.test(text)) ?? { say: otherwise };
    const input = reason === undefined ? {} : { input: { reason } };
    const calls = [
      ...(handoff === undefined ? [] : [{ handoff, ...input }]),
      ...(tool === undefined ? [] : [{ tool, args }]),
    ];
    return { kind: "message" as const, text: say ?? "", calls };
  };
  return scriptedModel().reply(answer).repeat();
}
