import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type {
  AgentSpec,
  HandoffEdge,
  HandoffRecord,
  RunContext,
  SwarmGraph,
  SwarmInput,
  SwarmOptions,
} from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { wantedBy } from "./injections.ts";

/** One agent of an office: its tools, those that read what strangers wrote, and whom it may hand over to. */
export interface Desk {
  /** Tools with an effect. */
  readonly does?: readonly string[];
  /** Tools whose output a stranger writes. */
  readonly reads?: readonly string[];
  /** Tools that wait for an approval. */
  readonly confirm?: readonly string[];
  readonly to?: Readonly<Record<string, Omit<HandoffEdge, "to">>>;
}

/** A swarm as the suite describes it, by agent; the first one is the entry. */
export type Office = Readonly<Record<string, Desk>>;

/** One tool that ran: under which agent's name it was made, and for which call. */
export interface Ran {
  readonly owner: string;
  readonly tool: string;
  readonly callId: string;
}

/** Tools that ran, models that were called, guards that were asked, and what was approved, in order. */
export type Trace =
  | (Ran & { readonly kind: "ran" })
  | { readonly kind: "thought"; readonly agent: string }
  | { readonly kind: "guard"; readonly from: string; readonly to: string; readonly isOpen: boolean }
  | { readonly kind: "approved"; readonly id: string };

/**
 * A model that obeys: it calls whatever name stands in a text that it reads, the newest text first, by any name, each name
 * once and up to five in one message.
 */
export function obedientModel(agent: string, trace: Trace[]): ScriptedModel {
  const obeyed = new Set<string>();
  return scriptedModel()
    .reply(({ messages }) => {
      trace.push({ kind: "thought", agent });
      const wanted = messages
        .toReversed()
        .flatMap(({ text }) => wantedBy(text))
        .filter((name) => !obeyed.has(name));
      const names = [...new Set(wanted)].slice(0, 5);
      for (const name of names) obeyed.add(name);
      if (names.length === 0) return "I did all of it.";
      return { kind: "message", text: "", calls: names.map((name) => ({ tool: name, args: {} })) };
    })
    .repeat();
}

/** An office whose models obey, with strangers' texts behind the tools that read. */
export function open(office: Office, stranger: (tool: string) => string, options: Partial<SwarmOptions> = {}) {
  const trace: Trace[] = [];
  const made = (owner: string, name: string, output: () => string) =>
    tool(
      (_args, config) => {
        trace.push({
          kind: "ran",
          owner,
          tool: name,
          callId: (config as unknown as { toolCallId: string }).toolCallId,
        });
        return output();
      },
      { name, description: "Part of the office.", schema: z.object({}).loose() },
    );
  const watched = (from: string, to: string, { when }: Omit<HandoffEdge, "to">) =>
    when && {
      when: async (context: RunContext) => {
        const isOpen = await when(context);
        trace.push({ kind: "guard", from, to, isOpen });
        return isOpen;
      },
    };
  const agents = Object.fromEntries(
    Object.entries(office).map(([agent, { does = [], reads = [], confirm, to = {} }]): [string, AgentSpec] => [
      agent,
      {
        model: obedientModel(agent, trace),
        tools: [
          ...does.map((name) => made(agent, name, () => "done")),
          ...reads.map((name) => made(agent, name, () => stranger(name))),
        ],
        canHandoffTo: Object.entries(to).map(([target, edge]) => ({
          to: target,
          ...edge,
          ...watched(agent, target, edge),
        })),
        ...(confirm && { confirm }),
      },
    ]),
  );
  const limits = { maxTurns: 20, maxHandoffs: 6, maxModelErrors: 30 };
  const swarm = new SwarmAgent({ entry: Object.keys(office)[0] ?? "", limits, ...options, agents } as SwarmOptions);
  return { graph: swarm.compile({ checkpointer: new MemorySaver() }) as SwarmGraph, trace };
}

interface Stopped {
  readonly handoffs: readonly HandoffRecord[];
  readonly __interrupt__?: readonly { readonly value: Question }[];
}

interface Question {
  readonly type: string;
  readonly id?: string;
  readonly calls?: readonly { readonly callId: string }[];
}

/** What a watchful person says to each question: `true` lets it through. */
export type Watch = (question: Question) => boolean;

/** Runs a turn to its end, and answers what it asks; gives the ledger. */
export async function run(
  graph: SwarmGraph,
  text: string,
  { trace, watch }: { readonly trace: Trace[]; readonly watch: Watch },
): Promise<readonly HandoffRecord[]> {
  const thread = { configurable: { thread_id: "t" } };
  let input: SwarmInput | Command = { messages: [{ role: "user" as const, content: text }] };
  for (;;) {
    const result = (await graph.invoke(input, thread)) as unknown as Stopped;
    const question = result.__interrupt__?.[0]?.value;
    if (question === undefined) return result.handoffs;
    const approve = watch(question);
    const ids = question.calls?.map(({ callId }) => callId) ?? [question.id ?? ""];
    if (approve) trace.push(...ids.map((id) => ({ kind: "approved" as const, id })));
    const each = Object.fromEntries(ids.map((id) => [id, { approve }]));
    input = new Command({ resume: question.calls === undefined ? { approve } : each });
  }
}
