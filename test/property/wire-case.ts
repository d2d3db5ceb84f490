import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { history } from "../../src/index.ts";
import type { HandoffRecord, HistoryPolicy, ProfileName, View } from "../../src/index.ts";
import { AGENTS, anyLog, anyVerdicts, assistant, ledgerOf, MAKERS } from "./any-log.ts";
import type { AssistantLine } from "./any-log.ts";
import { marked } from "./marks.ts";

/** What has to hold of a case. */
export type WireProperty = "valid" | "stable" | "private";

/** One log, and how it is projected: data alone, so that a case can be kept as a file. */
export interface WireCase {
  readonly property: WireProperty;
  readonly log: readonly BaseMessage[];
  readonly handoffs: readonly HandoffRecord[];
  readonly options: WireCaseOptions;
  /** What is appended to the log one by one, where the prompt has to stay stable: closed turns, cut at model calls. */
  readonly turns: readonly (readonly BaseMessage[])[];
}

/** How a case is projected, and for whom. */
export interface WireCaseOptions {
  readonly agent: string;
  readonly view: View;
  readonly policy: PolicyName;
  readonly profile: ProfileName;
  readonly model: string;
  readonly bindsTools: boolean;
}

/** The history policies of the cases. */
export const POLICIES = {
  full: history.full(),
  "lastTurns(1)": history.lastTurns(1),
  "lastTurns(2)": history.lastTurns(2),
  sinceHandoff: history.sinceHandoff(),
  briefOnly: history.briefOnly(),
  withoutTools: history.withoutTools(),
  holes: history.custom((earlier) => earlier.filter((_message, index) => index % 3 !== 1)),
} as const satisfies Record<string, HistoryPolicy>;

/** The name of a history policy. */
export type PolicyName = keyof typeof POLICIES;

/** A model of the profile's own, so that native messages are among the cases; and one of another family. */
const MODELS: Readonly<Record<ProfileName, readonly [string, string]>> = {
  "openai-chat": ["gpt-4.1", "gpt-5-mini"],
  "openai-responses": ["gpt-5-mini", "o4-mini"],
  anthropic: ["claude-sonnet-4-5", "claude-3-haiku"],
  mistral: ["mistral-large", "codestral-2"],
  gemini: ["gemini-3-pro", "gemini-2.5-flash"],
  bedrock: ["anthropic.claude-sonnet-4-5", "amazon.nova-pro-1"],
};

const anyModel = fc
  .constantFrom(...(Object.keys(MODELS) as ProfileName[]))
  .chain((profile) => fc.record({ profile: fc.constant(profile), model: fc.constantFrom(...MODELS[profile]) }));

const anyView = fc.constantFrom<View>("drop", "answer");

function anyPolicy(...names: readonly PolicyName[]): fc.Arbitrary<PolicyName> {
  return fc.constantFrom(...(names.length === 0 ? (Object.keys(POLICIES) as PolicyName[]) : names));
}

/** Any log, for any agent. */
const anyValid: fc.Arbitrary<WireCase> = fc
  .record({
    log: anyLog,
    plan: anyVerdicts,
    agent: fc.constantFrom(...AGENTS),
    view: anyView,
    policy: anyPolicy(),
    addressee: anyModel,
    bindsTools: fc.boolean(),
  })
  .map(({ log, plan, agent, view, policy, addressee, bindsTools }) => ({
    property: "valid",
    log,
    handoffs: ledgerOf(log, plan),
    options: { agent, view, policy, ...addressee, bindsTools },
    turns: [],
  }));

const anyTurns = fc.array(
  fc.record({
    question: fc.constantFrom("q1", "q2"),
    ids: fc.array(fc.constantFrom("c0", "c1", "new", "x".repeat(80), "no spaces here"), { maxLength: 3 }),
    maker: fc.constantFrom(...MAKERS),
    reasons: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Any log that ends with a handoff to agent "a", and what "a" and the user then say to each other. */
const anyStable: fc.Arbitrary<WireCase> = fc
  .record({
    log: anyLog,
    plan: anyVerdicts,
    turns: anyTurns,
    view: anyView,
    policy: anyPolicy(),
    addressee: anyModel,
    bindsTools: fc.boolean(),
  })
  .map(({ log: given, plan, turns, view, policy, addressee, bindsTools }) => {
    const log = [new HumanMessage({ id: "first", content: "Hello" }), ...given];
    return {
      property: "stable",
      log: [...log, entering("over to a")],
      // A handoff that waits, or one that is still to come back, changes what was said before.
      handoffs: [...ledgerOf(log, plan).map(settled), ENTERED],
      options: { agent: "a", view, policy, ...addressee, bindsTools },
      turns: turns.flatMap((turn, index) => closedTurn(index, bindsTools ? turn : { ...turn, ids: [] })),
    };
  });

/** Any log that ends with a handoff to agent "a", which is to see a part of it only. */
const anyPrivate: fc.Arbitrary<WireCase> = fc
  .record({
    log: anyLog,
    plan: anyVerdicts,
    view: anyView,
    policy: anyPolicy("briefOnly", "lastTurns(1)", "lastTurns(2)"),
    addressee: anyModel,
    bindsTools: fc.boolean(),
  })
  .map(({ log: given, plan, view, policy, addressee, bindsTools }) => {
    const log = [new HumanMessage({ id: "first", content: "Hello" }), ...given];
    return {
      property: "private",
      log: [...log, entering("")].map(marked),
      handoffs: [...ledgerOf(log, plan), ENTERED],
      options: { agent: "a", view, policy, ...addressee, bindsTools },
      turns: [],
    };
  });

/** Cases of each property. */
export const casesOf: Readonly<Record<WireProperty, fc.Arbitrary<WireCase>>> = {
  valid: anyValid,
  stable: anyStable,
  private: anyPrivate,
};

/** Cases of all three: of ten, six, two and two. */
export const anyCase: fc.Arbitrary<WireCase> = fc.oneof(
  { weight: 6, arbitrary: anyValid },
  { weight: 2, arbitrary: anyStable },
  { weight: 2, arbitrary: anyPrivate },
);

const ENTERED: HandoffRecord = {
  id: "enter:h",
  messageId: "enter",
  callId: "h",
  from: "b",
  to: "a",
  status: "done",
  at: "",
};

function entering(content: string): AIMessage {
  return new AIMessage({
    id: "enter",
    content,
    tool_calls: [{ name: "transfer_to_a", args: {}, id: "h", type: "tool_call" }],
  });
}

function settled(record: HandoffRecord): HandoffRecord {
  const { returned: _returned, ...rest } = record;
  return { ...rest, status: record.status === "pending" ? "done" : record.status };
}

type ClosedTurn = typeof anyTurns extends fc.Arbitrary<(infer T)[]> ? T : never;

/** What "a" looks up and answers, by any model, and what the user then asks. */
function closedTurn(index: number, { question, ids, maker, reasons }: ClosedTurn): BaseMessage[][] {
  const calls = [...new Set(ids)].map((id) => ({ name: "search" as const, id, bad: false }));
  const line: AssistantLine = { kind: "ai", text: "", author: "a", calls, maker, reasons };
  const group = [
    assistant(line, `w${index}`),
    ...calls.map(({ id }) => new ToolMessage({ id: `r${index}-${id}`, content: "found", tool_call_id: id })),
  ];
  const answered = [
    assistant({ ...line, text: "hello", calls: [] }, `s${index}`),
    new HumanMessage({ id: `q${index}`, content: question }),
  ];
  return calls.length === 0 ? [answered] : [group, answered];
}
