import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, project, SwarmError } from "../../src/index.ts";
import type { HandoffRecord } from "../../src/index.ts";
import { expectValidPrompt } from "./valid-prompt.ts";

const callId = fc.constantFrom("c0", "c1", "c2", "", "x".repeat(50));
const toolName = fc.constantFrom("search", "transfer_to_a", "transfer_to_b", "transfer_to_c");
const call = fc.record({ name: toolName, id: fc.option(callId, { nil: undefined }), bad: fc.boolean() });
const text = fc.constantFrom("", " ", "hello", "I transfer you.");

/** A history as nobody should write it. */
const garbage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("human" as const), text }),
    fc.record({ kind: fc.constant("ai" as const), text, calls: fc.array(call, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("tool" as const), text, id: callId }),
  ),
  { maxLength: 14 },
);

type Line = (typeof garbage extends fc.Arbitrary<infer T> ? T : never)[number];

function toMessage(line: Line, index: number): BaseMessage {
  const id = `m${index}`;
  if (line.kind === "human") return new HumanMessage({ id, content: line.text });
  if (line.kind === "tool") return new ToolMessage({ id, content: line.text, tool_call_id: line.id });
  const named = ({ name, id: own }: { name: string; id: string | undefined }) => ({
    name,
    ...(own !== undefined && { id: own }),
  });
  return new AIMessage({
    id,
    content: line.text,
    tool_calls: line.calls
      .filter(({ bad }) => !bad)
      .map((one) => ({ ...named(one), args: {}, type: "tool_call" as const })),
    invalid_tool_calls: line.calls
      .filter(({ bad }) => bad)
      .map((one) => ({ ...named(one), args: "{", error: "bad", type: "invalid_tool_call" as const })),
  });
}

const agents = ["a", "b", "c"] as const;

/** A ledger with any verdict on the handoffs of a log. */
const verdicts = fc.array(
  fc.record({
    from: fc.constantFrom(...agents),
    status: fc.constantFrom("done" as const, "refused" as const, "dropped" as const, "pending" as const),
    returned: fc.boolean(),
  }),
  { minLength: 40, maxLength: 40 },
);

function ledgerOf(
  messages: readonly BaseMessage[],
  plan: readonly { from: string; status: HandoffRecord["status"]; returned: boolean }[],
): HandoffRecord[] {
  const calls = messages.flatMap((message) =>
    AIMessage.isInstance(message)
      ? [...(message.tool_calls ?? []), ...(message.invalid_tool_calls ?? [])].map((one) => ({
          messageId: message.id ?? "",
          callId: one.id ?? "",
          name: one.name ?? "",
        }))
      : [],
  );
  return calls
    .filter(({ name }) => name.startsWith("transfer_to_"))
    .map(({ messageId, callId: id, name }, index) => {
      const { from, status, returned } = plan[index % plan.length] as (typeof plan)[number];
      const last = messages.findLast((message) => message.type === "ai")?.id;
      return {
        id: `${messageId}:${id}`,
        messageId,
        callId: id,
        from,
        to: name.slice(-1),
        status,
        reason: "because",
        at: "",
        ...(returned && status === "done" && last !== undefined && { returned: last }),
      };
    });
}

const policies = fc.constantFrom(
  history.full(),
  history.lastTurns(1),
  history.sinceHandoff(),
  history.briefOnly(),
  history.withoutTools(),
  history.custom((earlier) => earlier.filter((_message, index) => index % 3 !== 1)),
);

const anyCase = fc.record({
  lines: garbage,
  plan: verdicts,
  agent: fc.constantFrom(...agents),
  view: fc.constantFrom("drop" as const, "answer" as const),
  policy: policies,
});

describe("the projection of any history", () => {
  it("[I05][I07][I22] is valid, pure and idempotent, or a typed error", () => {
    fc.assert(
      fc.property(anyCase, ({ lines, plan, agent, view, policy }) => {
        const log = lines.map(toMessage);
        const handoffs = ledgerOf(log, plan);
        const before = JSON.stringify([log, handoffs]);
        let prompt: BaseMessage[];
        try {
          prompt = project(log, { agent, handoffs, view, history: policy }).messages;
        } catch (error) {
          expect(error).toBeInstanceOf(SwarmError);
          expect((error as SwarmError).code).toBe("NO_USER_TURN");
          return;
        }
        expectValidPrompt(prompt);
        expect(JSON.stringify([log, handoffs])).toBe(before);
        expect(project(log, { agent, handoffs, view, history: policy }).messages).toEqual(prompt);
        expect(project(prompt, { agent }).messages).toEqual(prompt);
      }),
      { numRuns: 2_000 },
    );
  });

  it("[I22] is a prefix of the longer one while the agent stays active, once its turns are closed", () => {
    const closed = fc.array(fc.record({ text: fc.constantFrom("q1", "q2"), tools: fc.nat(2) }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        garbage,
        verdicts,
        closed,
        fc.constantFrom("drop" as const, "answer" as const),
        policies,
        (lines, plan, turns, view, policy) => {
          const log: BaseMessage[] = [new HumanMessage({ id: "first", content: "Hello" }), ...lines.map(toMessage)];
          const handoffs = ledgerOf(log, plan).map((record) => ({
            ...record,
            status: record.status === "pending" ? ("done" as const) : record.status,
            returned: undefined,
          }));
          const entering: HandoffRecord = {
            id: "enter:h",
            messageId: "enter",
            callId: "h",
            from: "b",
            to: "a",
            status: "done",
            at: "",
          };
          log.push(
            new AIMessage({
              id: "enter",
              content: "over to a",
              tool_calls: [{ name: "transfer_to_a", args: {}, id: "h", type: "tool_call" }],
            }),
          );
          const options = { agent: "a", handoffs: [...handoffs, entering], view, history: policy };
          let last = project(log, options);
          turns.forEach(({ text: said, tools }, index) => {
            const calls = Array.from({ length: tools }, (_, position) => ({
              name: "search",
              args: {},
              id: `t${index}-${position}`,
              type: "tool_call" as const,
            }));
            if (tools > 0)
              log.push(
                new AIMessage({ id: `w${index}`, content: "", tool_calls: calls }),
                ...calls.map(({ id }) => new ToolMessage({ id: `r${id}`, content: "found", tool_call_id: id })),
              );
            log.push(
              new AIMessage({ id: `s${index}`, content: "an answer" }),
              new HumanMessage({ id: `q${index}`, content: said }),
            );
            const next = project(log, options);
            expect(next.brief).toBe(last.brief);
            expect(next.messages.slice(0, last.messages.length)).toEqual(last.messages);
            last = next;
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
