import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { AIMessageFields, BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import type { HandoffRecord } from "../../src/index.ts";

/** Agents of the logs. */
export const AGENTS = ["a", "b", "c"] as const;

const callId = fc.constantFrom("c0", "c1", "call_9", "toolu_01A", "", "x".repeat(80), "no spaces here", "abcDEF123");

const toolName = fc.constantFrom(
  "search",
  "transfer_to_a",
  "transfer_to_b",
  "transfer_to_c",
  "mcp.get-sum",
  "functions.search",
  "9lives",
  "y".repeat(90),
  "größe",
);

const call = fc.record({ name: toolName, id: fc.option(callId, { nil: undefined }), bad: fc.boolean() });

const text = fc.constantFrom("", " ", "hello", "I transfer you.", "zwölf €");

const author = fc.option(fc.constantFrom("a", "b", "Billing Agent", "<c>"), { nil: undefined });

/** Whose client gave an assistant message. */
export const MAKERS = ["none", "openai-chat", "responses", "anthropic", "gemini", "mistral", "bedrock", "v1"] as const;

const line = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("human" as const), text, author, blocks: fc.nat(3) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("ai" as const),
      text,
      author,
      calls: fc.array(call, { maxLength: 3 }),
      maker: fc.constantFrom(...MAKERS),
      reasons: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("tool" as const),
      text,
      id: callId,
      blocks: fc.nat(2),
      failed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("system" as const), text }) },
);

type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

/** An assistant message before it is made. */
export type AssistantLine = Extract<Line, { kind: "ai" }>;

/** A log as nobody should write it: any order, any ids, messages of any provider. */
export const anyLog: fc.Arbitrary<BaseMessage[]> = fc
  .array(line, { maxLength: 14 })
  .map((lines) => lines.map((one, index) => toMessage(one, `m${index}`)));

function toMessage(one: Line, id: string): BaseMessage {
  switch (one.kind) {
    case "human":
      return new HumanMessage({
        id,
        content: one.blocks === 0 ? one.text : userBlocks(one.text, one.blocks),
        ...(one.author !== undefined && { name: one.author }),
      });
    case "tool":
      return new ToolMessage({
        id,
        tool_call_id: one.id,
        content:
          one.blocks === 0 ? one.text : Array.from({ length: one.blocks }, () => ({ type: "text", text: one.text })),
        ...(one.failed && { status: "error" as const }),
      });
    case "system":
      return new SystemMessage({ id, content: one.text });
    default:
      return assistant(one, id);
  }
}

function userBlocks(said: string, count: number): { type: "text"; text: string }[] {
  return Array.from({ length: count }, () => ({ type: "text", text: said }));
}

/** An assistant message with everything that the maker's adapter puts on it. */
export function assistant({ text: said, calls, maker, reasons, author: name }: AssistantLine, id: string): AIMessage {
  const named = ({ name: tool, id: own }: { name: string; id: string | undefined }) => ({
    name: tool,
    ...(own !== undefined && { id: own }),
  });
  const valid = calls.filter(({ bad }) => !bad);
  const fields: AIMessageFields = {
    id,
    content: said,
    tool_calls: valid.map((one) => ({ ...named(one), args: { q: 1 }, type: "tool_call" as const })),
    invalid_tool_calls: calls
      .filter(({ bad }) => bad)
      .map((one) => ({ ...named(one), args: "{", error: "bad", type: "invalid_tool_call" as const })),
    ...(name !== undefined && { name }),
  };
  const textBlock = said === "" ? [] : [{ type: "text", text: said }];
  const useBlocks = valid.map((one) => ({ type: "tool_use", id: one.id ?? "", name: one.name, input: { q: 1 } }));
  switch (maker) {
    case "none":
      return new AIMessage(fields);
    case "openai-chat":
      return new AIMessage({
        ...fields,
        additional_kwargs: {
          tool_calls: valid.map((one) => ({
            id: one.id ?? "",
            type: "function",
            function: { name: one.name, arguments: '{"q":1}' },
          })),
          ...(reasons && { reasoning_content: "hm" }),
        },
        response_metadata: { model_provider: "openai", model_name: "gpt-4.1" },
      });
    case "responses":
      return responsesMessage(fields, { id, said, reasons, calls: valid });
    case "anthropic":
      return new AIMessage({
        ...fields,
        content: [
          ...(reasons ? [{ type: "thinking", thinking: "hm", signature: "sig" }] : []),
          ...textBlock,
          ...useBlocks,
        ] as never,
        response_metadata: { model_provider: "anthropic", model: "claude-sonnet-4-5" },
      });
    case "gemini":
      return new AIMessage({
        ...fields,
        content: [...(reasons ? [{ type: "thinking", thinking: "hm", signature: "sig" }] : []), ...textBlock] as never,
        additional_kwargs: reasons
          ? {
              __gemini_function_call_thought_signatures__: Object.fromEntries(
                valid.map((one) => [one.id ?? "", "sig"]),
              ),
            }
          : {},
        response_metadata: { model_provider: "google-genai" },
      });
    case "bedrock":
      return new AIMessage({
        ...fields,
        content: [
          ...(reasons ? [{ type: "reasoning_content", reasoningText: { text: "hm", signature: "sig" } }] : []),
          ...textBlock,
        ] as never,
        response_metadata: { model_provider: "bedrock-converse" },
      });
    case "v1":
      return new AIMessage({
        ...fields,
        content: [
          ...(reasons ? [{ type: "reasoning", reasoning: "hm", signature: "sig" }] : []),
          ...textBlock,
          ...valid.map((one) => ({ type: "tool_call", id: one.id ?? "", name: one.name, args: { q: 1 } })),
        ] as never,
        response_metadata: { output_version: "v1", model_provider: "anthropic" },
      });
    default:
      return new AIMessage({
        ...fields,
        response_metadata: { model_provider: "mistralai", model_name: "mistral-large" },
      });
  }
}

function responsesMessage(
  fields: AIMessageFields,
  { id, said, reasons, calls }: { id: string; said: string; reasons: boolean; calls: AssistantLine["calls"] },
): AIMessage {
  const reasoning = { type: "reasoning", id: `rs_${id}`, summary: [{ type: "summary_text", text: "hm" }] };
  const output = [
    ...(reasons ? [reasoning] : []),
    ...(said === ""
      ? []
      : [
          {
            type: "message",
            id: `msg_${id}`,
            role: "assistant",
            content: [{ type: "output_text", text: said, annotations: [] }],
          },
        ]),
    ...calls.map((one, index) => ({
      type: "function_call",
      id: `fc_${id}_${index}`,
      call_id: one.id ?? "",
      name: one.name,
      arguments: '{"q":1}',
    })),
  ];
  return new AIMessage({
    ...fields,
    // The client names a message after its item.
    id: said === "" ? `resp_${id}` : `msg_${id}`,
    content: (said === "" ? [] : [{ type: "text", text: said, annotations: [] }]) as never,
    additional_kwargs: {
      ...(reasons && { reasoning }),
      __openai_function_call_ids__: Object.fromEntries(calls.map((one, index) => [one.id ?? "", `fc_${id}_${index}`])),
    },
    response_metadata: { model_provider: "openai", model_name: "gpt-5-mini", ...(output.length > 0 && { output }) },
  });
}

/** Any verdicts, to be given to the handoffs of a log. */
export const anyVerdicts = fc.array(
  fc.record({
    from: fc.constantFrom(...AGENTS),
    status: fc.constantFrom("done" as const, "refused" as const, "dropped" as const, "pending" as const),
    returned: fc.boolean(),
  }),
  { minLength: 40, maxLength: 40 },
);

/** A ledger with these verdicts on the handoffs of a log. */
export function ledgerOf(
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
    .map(({ messageId, callId: own, name }, index) => {
      const { from, status, returned } = plan[index % plan.length] as (typeof plan)[number];
      const last = messages.findLast((message) => message.type === "ai")?.id;
      return {
        id: `${messageId}:${own}`,
        messageId,
        callId: own,
        from,
        to: name.slice(-1),
        status,
        reason: "because",
        at: "",
        ...(returned && status === "done" && last !== undefined && { returned: last }),
      };
    });
}
