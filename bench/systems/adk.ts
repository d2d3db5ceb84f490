import { z } from "zod";
import type { Workload } from "../workloads.ts";
import { Reader } from "./consumer.ts";
import { wordsOf } from "./langchain-model.ts";
import { loadPeer } from "./load-peer.ts";
import { agentNames, QUESTION, Script, TOOL, TOOL_DESCRIPTION } from "./script.ts";
import type { Step } from "./script.ts";
import type { System } from "./system.ts";

interface Part {
  readonly text?: string;
  readonly functionCall?: object;
  readonly functionResponse?: { readonly id?: string };
}

interface Content {
  readonly role?: string;
  readonly parts?: readonly Part[];
}

interface Event {
  readonly content?: Content;
  readonly partial?: boolean;
  readonly actions: { readonly transferToAgent?: string };
}

interface Adk {
  readonly BaseLlm: new (options: { model: string }) => object;
  readonly LlmAgent: new (options: Readonly<Record<string, unknown>>) => object;
  readonly FunctionTool: new (options: Readonly<Record<string, unknown>>) => object;
  readonly InMemoryRunner: new (options: { agent: object; appName: string }) => {
    runEphemeral(options: { userId: string; newMessage: Content; runConfig: object }): AsyncIterable<Event>;
  };
  readonly StreamingMode: { readonly NONE: string; readonly SSE: string };
  readonly LogLevel: { readonly ERROR: number };
  setLogLevel(level: number): void;
}

export const system: System = {
  async build(workload) {
    return agentsOf(await peerOf(), workload, new Script(workload));
  },
  async prepare(workload) {
    const peer = await peerOf();
    const script = new Script(workload);
    const runner = new peer.InMemoryRunner({ agent: agentsOf(peer, workload, script), appName: "bench" });
    const streamingMode = workload.consumer ? peer.StreamingMode.SSE : peer.StreamingMode.NONE;
    return {
      tally: script.tally,
      async run() {
        const reader = new Reader(workload);
        let handoffs = 0;
        let text = "";
        const newMessage = { role: "user", parts: [{ text: QUESTION }] };
        for await (const event of runner.runEphemeral({ userId: "user", newMessage, runConfig: { streamingMode } })) {
          if (event.actions.transferToAgent !== undefined) handoffs += 1;
          if (event.partial === true) await reader.take();
          else text = event.content?.parts?.[0]?.text ?? text;
        }
        return { handoffs, text, chunks: reader.chunks };
      },
    };
  },
};

async function peerOf(): Promise<Adk> {
  const peer = await loadPeer<Adk>("@google/adk");
  peer.setLogLevel(peer.LogLevel.ERROR);
  return peer;
}

function agentsOf(peer: Adk, workload: Workload, script: Script): object {
  const ScriptModel = modelClass(peer);
  const add = new peer.FunctionTool({
    name: TOOL,
    description: TOOL_DESCRIPTION,
    parameters: z.object({ a: z.number(), b: z.number() }),
    execute: (sum: { a: number; b: number }) => script.add(sum),
  });
  const make = (name: string, index: number, subAgents: readonly object[]) =>
    new peer.LlmAgent({
      name,
      model: new ScriptModel(script, index),
      description: `Agent number ${index}.`,
      instruction: `You are agent ${index}.`,
      tools: workload.tools ? [add] : [],
      subAgents,
    });
  const [entry = "agent0", ...others] = agentNames(workload);
  if (workload.topology === "full") {
    return make(
      entry,
      0,
      others.map((name, index) => make(name, index + 1, [])),
    );
  }
  let inner: object[] = [];
  for (let index = others.length; index > 0; index -= 1) inner = [make(`agent${index}`, index, inner)];
  return make(entry, 0, inner);
}

/** The script as a model of the ADK, whose class comes from the package. */
function modelClass(peer: Adk) {
  return class ScriptModel extends peer.BaseLlm {
    readonly #script: Script;
    readonly #agent: number;

    constructor(script: Script, agent: number) {
      super({ model: "script" });
      this.#script = script;
      this.#agent = agent;
    }

    async *generateContentAsync({ contents }: { contents: readonly Content[] }, stream?: boolean) {
      const part = contents.at(-1)?.parts?.at(-1);
      const step = this.#script.next(this.#agent, {
        callId: part?.functionResponse?.id,
        text: part?.text,
        length: contents.length,
      });
      if (stream === true && step.kind === "say") {
        for (const text of wordsOf(step.text)) yield { content: { role: "model", parts: [{ text }] }, partial: true };
      }
      yield { content: { role: "model", parts: [partOf(step)] } };
    }
  };
}

function partOf(step: Step): Part {
  if (step.kind === "say") return { text: step.text };
  const [name, args] =
    step.kind === "tool" ? [TOOL, step.args] : (["transfer_to_agent", { agentName: step.to }] as const);
  return { functionCall: { id: step.id, name, args } };
}
