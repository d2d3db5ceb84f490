import { tool } from "@langchain/core/tools";
import { Annotation, Command, getConfig, getCurrentTaskInput, NodeInterrupt } from "@langchain/langgraph";
import fc from "fast-check";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { Agents, HandoffEdge, RunContext } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedCall, ScriptedStep } from "../../src/testing/index.ts";

/** The first mostly, one of the others now and then. */
function rarely<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const TOOLS = ["echo", "note", "last", "broken", "raw", "stop", "peek", "client", "guarded"] as const;

/** A model calls what it was given most of the time, and now and then what it was not. */
const anyCall = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("bound" as const), of: fc.nat(12), good: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("handoff" as const), to: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("malformed" as const), of: fc.nat(12) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("unknown" as const),
      name: fc.constantFrom("ghost", "transfer_to_ghost", "__proto__", "constructor", "Transfer_To_a0"),
    }),
  },
);

const anyTurn = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("calls" as const),
      text: fc.constantFrom("", "well"),
      calls: fc.array(anyCall, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("say" as const), text: fc.constantFrom("answer", "", '{"total":3}') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fail" as const),
      status: fc.constantFrom(400, 401),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("abort" as const), reason: fc.constantFrom("own", "default") }),
  },
);

type Turn = typeof anyTurn extends fc.Arbitrary<infer T> ? T : never;

const anyAgent = fc.record({
  targets: fc.option(fc.uniqueArray(fc.nat(5), { maxLength: 5 }), { nil: undefined, freq: 2 }),
  tools: fc.uniqueArray(fc.constantFrom("peek", "note", "last", ...TOOLS), { maxLength: 4 }),
  returns: fc.boolean(),
  closed: fc.option(fc.nat(5), { nil: undefined, freq: 4 }),
  approved: fc.option(fc.nat(5), { nil: undefined, freq: 8 }),
  takesInput: fc.boolean(),
  prompt: rarely("peek", "none", "text", "throw"),
  format: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
  route: rarely("none", "same", "end", "throw", "nowhere"),
});

/** Everything that a swarm and a run of it can be, as data. */
export const anyPlan = fc.record({
  agents: fc.array(anyAgent, { minLength: 1, maxLength: 6 }),
  script: fc.array(anyTurn, { minLength: 1, maxLength: 14 }),
  severalHandoffs: rarely("first-valid" as const, "first" as const, "error" as const),
  siblingTools: fc.constantFrom("run" as const, "skip" as const),
  onLimit: fc.constantFrom("answer", "throw", "a0"),
  limits: fc.record({
    maxTurns: fc.integer({ min: 1, max: 16 }),
    maxHandoffs: fc.integer({ min: 0, max: 6 }),
    maxModelErrors: fc.integer({ min: 0, max: 8 }),
    maxToolCalls: fc.integer({ min: 1, max: 4 }),
  }),
  refuses: fc.boolean(),
  input: rarely("messages", "own", "pair", "nothing", "garbage"),
  recursionLimit: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined, freq: 2 }),
  context: rarely("none", "right", "right", "right", "wrong"),
});

/** One swarm and one run of it. */
export type Plan = typeof anyPlan extends fc.Arbitrary<infer T> ? T : never;

const State = Annotation.Root({
  notes: Annotation<string[], string[]>({ reducer: (left, right) => [...left, ...right], default: () => ["first"] }),
  last: Annotation<string>(),
});

/** What a function of the user's can see of a run, without what is a function or a signal itself. */
function seen(where: string, config: Record<string, unknown>) {
  const ambient = getConfig() as unknown as Record<string, unknown>;
  const visible = ({ configurable, ...rest }: Record<string, unknown>) => ({
    tags: rest["tags"],
    metadata: rest["metadata"],
    context: rest["context"],
    recursionLimit: rest["recursionLimit"],
    runName: rest["runName"],
    store: rest["store"],
    configurable: Object.fromEntries(
      Object.entries((configurable ?? {}) as object).filter(([key]) => !/^(__|checkpoint_)/.test(key)),
    ),
    executionInfo: { ...(rest["executionInfo"] as object), nodeFirstAttemptTime: 0 },
    kinds: ["signal", "writer", "interrupt", "control"].map((key) => [key, typeof rest[key]]),
  });
  return { where, config: visible(config), ambient: visible(ambient), input: getCurrentTaskInput() };
}

/** A swarm of a plan, what to run it on, and where everything that can be observed of a run is written down. */
export function build(plan: Plan) {
  const trail: unknown[] = [];
  const controller = new AbortController();
  const size = plan.agents.length;
  const name = (index: number) => `a${index % size}`;
  const toolsOf = () => ({
    echo: tool(({ text }) => text ?? "nothing", { name: "echo", schema: z.object({ text: z.string().optional() }) }),
    note: tool(
      (_given, config) => {
        const { toolCallId } = config as unknown as { toolCallId: string };
        return new Command({ update: { notes: [toolCallId] } });
      },
      { name: "note", schema: z.object({}) },
    ),
    last: tool(
      (_given, config) => {
        const { toolCallId } = config as unknown as { toolCallId: string };
        return new Command({ update: [["last", toolCallId]] });
      },
      { name: "last", schema: z.object({}) },
    ),
    broken: tool(
      () => {
        throw new Error("broken");
      },
      { name: "broken", schema: z.object({}) },
    ),
    raw: tool(() => new Command({ goto: "a0", update: { activeAgent: "a0" } }), { name: "raw", schema: z.object({}) }),
    stop: tool(
      () => {
        throw new NodeInterrupt("stop");
      },
      { name: "stop", schema: z.object({}) },
    ),
    peek: tool(
      (_given, config) => {
        const { state, toolCallId, idempotencyKey } = config as unknown as Record<string, unknown>;
        trail.push({ ...seen("tool", config as never), state, toolCallId, idempotencyKey });
        return "peeked";
      },
      { name: "peek", schema: z.object({}) },
    ),
    client: { type: "function", function: { name: "client", parameters: { type: "object", properties: {} } } },
    guarded: tool(() => "never", { name: "guarded", schema: z.object({}) }),
  });
  const toCall = (call: Extract<Turn, { kind: "calls" }>["calls"][number], bound: readonly string[]): ScriptedCall => {
    if (call.kind === "handoff") return { handoff: name(call.to) };
    const own = bound[("of" in call ? call.of : 0) % bound.length] ?? "ghost";
    if (call.kind === "malformed") return { tool: own, rawArgs: "{oops" };
    if (call.kind === "unknown") return { tool: call.name, args: {} };
    return { tool: own, args: call.good ? { order: 7, text: "again", reason: "why" } : { order: "x" } };
  };
  let turn = 0;
  const model = scriptedModel()
    .reply(({ messages, tools, options }): ScriptedStep | string => {
      const { executionInfo } = options as { executionInfo?: object };
      trail.push({
        where: "model",
        messages: messages.map((message) => [message.type, message.content, message.name, message.id]),
        tools,
        execution: { ...executionInfo, nodeFirstAttemptTime: 0 },
      });
      const step = plan.script[turn % plan.script.length] as Turn;
      turn += 1;
      if (step.kind === "say") return step.text;
      if (step.kind === "abort") {
        // With a reason that is no Error, it depends on the moment what LangGraph throws.
        controller.abort(step.reason === "own" ? new Error("stop it") : undefined);
        return { kind: "hang" };
      }
      if (step.kind === "fail") return { kind: "fail", error: Object.assign(new Error("no"), { status: step.status }) };
      return { kind: "message", text: step.text, calls: step.calls.map((call) => toCall(call, tools)) };
    })
    .repeat();
  const isOwn = (context: RunContext) => (context.state["notes"] as string[]).length < 3;
  const agents: Agents = Object.fromEntries(
    plan.agents.map((agent, index) => {
      const own = toolsOf();
      const targets = agent.targets?.filter((to) => name(to) !== name(index)).map(name);
      const edges = [...new Set(targets)].map((to): HandoffEdge => ({
        to,
        returns: agent.returns,
        requiresApproval: agent.approved !== undefined && name(agent.approved) === to,
        ...(agent.closed !== undefined && name(agent.closed) === to && { when: isOwn }),
      }));
      const prompt = (context: RunContext) => {
        if (agent.prompt === "throw" && turn > 2) throw new RangeError("no prompt");
        const { state, threadId, context: given, signal } = context;
        const isLive = signal instanceof AbortSignal && !signal.aborted;
        trail.push({ ...seen("prompt", getConfig() as never), state, threadId, given, isLive });
        return `You are ${context.agent}.`;
      };
      const route = ({ next }: { next: string }) => {
        if (agent.route === "throw") throw new TypeError("no way");
        if (agent.route === "end") return "__end__";
        return agent.route === "nowhere" ? "nowhere" : next;
      };
      return [
        name(index),
        {
          model,
          description: `Number ${index}.`,
          ...(agent.tools.length > 0 && {
            tools: agent.tools.map((key) => own[key]),
            ...(agent.tools.includes("guarded") && { confirm: ["guarded"] }),
          }),
          ...(targets && { canHandoffTo: edges }),
          ...(agent.takesInput && { input: z.object({ order: z.number().optional() }) }),
          ...(agent.prompt === "text" && { prompt: "Be brief." }),
          ...((agent.prompt === "peek" || agent.prompt === "throw") && { prompt }),
          ...(agent.format && { responseFormat: z.object({ total: z.number() }) }),
          ...(agent.route !== "none" && { route }),
        },
      ];
    }),
  );
  const swarm = new SwarmAgent({
    entry: "a0",
    agents,
    state: State,
    limits: { ...plan.limits, onLimit: plan.onLimit },
    severalHandoffs: plan.severalHandoffs,
    siblingTools: plan.siblingTools,
    ...(plan.context !== "none" && { context: z.object({ user: z.string() }) }),
    onHandoff: ({ from, to, input, id, trail: ledger }) => {
      trail.push({ where: "handoff", from, to, input, id, ledger });
      if (plan.refuses && to === "a1") return { refuse: "not now" };
      return undefined;
    },
    onDiagnostic: (diagnostic) => trail.push({ where: "diagnostic", diagnostic }),
  });
  return { swarm, trail, input: inputOf(plan.input), options: optionsOf(plan, controller.signal) };
}

function inputOf(kind: Plan["input"]): Record<string, unknown> {
  const messages = [{ role: "user", content: "Hello", id: "u1" }];
  if (kind === "own") return { messages, notes: ["given"], last: "given", unknown: 1 };
  if (kind === "pair") return { messages: ["user", "Hello"] };
  if (kind === "garbage") return { messages: [{ nonsense: true }] };
  return kind === "nothing" ? {} : { messages };
}

function optionsOf({ recursionLimit, context }: Plan, signal: AbortSignal): Record<string, unknown> {
  return {
    signal,
    tags: ["mine"],
    metadata: { mine: 1 },
    configurable: { model: "some", own: { deep: true } },
    ...(recursionLimit !== undefined && { recursionLimit }),
    ...(context !== "none" && { context: context === "right" ? { user: "Ann" } : { user: 1 } }),
  };
}
