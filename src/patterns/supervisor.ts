import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { END, START, StateGraph } from "@langchain/langgraph";
import type { CompiledStateGraph, MessagesAnnotation } from "@langchain/langgraph";
import { SwarmError } from "../errors.ts";
import type { Diagnostic } from "../errors.ts";
import type { ChatModel } from "../types.ts";
import { decide } from "./decide.ts";
import { compileOptions, subgraphsOf } from "./pattern-graph.ts";
import type { MessagesInput, PatternCompileOptions } from "./pattern-graph.ts";
import type { SupervisorPrompt } from "./supervisor-prompt.ts";
import { SupervisorInputState, SupervisorOutputState, SupervisorState } from "./supervisor-state.ts";
import type { SupervisorChannels, SupervisorOutcome } from "./supervisor-state.ts";
import { assertNone, findWorkerProblems, problem } from "./verify-workers.ts";
import { callWorker, descriptionOf } from "./worker.ts";
import type { Workers } from "./worker.ts";

/** Options of {@link createSupervisor}. */
export interface SupervisorOptions<W extends Workers = Workers> extends PatternCompileOptions {
  /** Decides who acts next. Needs no tool calling. Its errors end the run: give it retries of its own. */
  readonly model: ChatModel;
  /** Who does the work, by the name that the model says. Names must differ in more than their case. */
  readonly workers: W;
  /**
   * The supervisor's system prompt. A text stands before the list of the workers and the rule for the answer; a function
   * gives all of it.
   */
  readonly prompt?: SupervisorPrompt | undefined;
  /** Workers' answers per user turn. At the limit the turn ends without asking the model again. Default 10; 0: nobody acts. */
  readonly maxRounds?: number | undefined;
  /** Unclear replies of the model's per decision that it may mend. Default 3. */
  readonly maxModelErrors?: number | undefined;
}

/** What a supervisor's graph gives back. */
export interface SupervisorResult<Name extends string = string> {
  /** The conversation: user turns, and the final answer of each worker under its name. */
  readonly messages: BaseMessage[];
  /** Workers' answers in this turn. */
  readonly rounds: number;
  /** The workers that answered in this turn, in their order. */
  readonly path: readonly Name[];
  /** `null` while the turn waits at an interrupt. */
  readonly outcome: SupervisorOutcome | null;
}

/** A compiled supervisor: nodes `supervisor`, and one per worker under the worker's name. */
export type SupervisorGraph<Name extends string = string> = CompiledStateGraph<
  SupervisorResult<Name>,
  MessagesInput,
  Name | "supervisor" | "supervisor.begin" | typeof START,
  typeof MessagesAnnotation.spec,
  SupervisorChannels<Name>
>;

/** Names of nodes, channels and words that a worker cannot have. */
const RESERVED = ["supervisor", "supervisor.begin", "FINISH", "messages", "rounds", "path", "next", "outcome"];

/**
 * A team with a supervisor: its model says who acts next, that worker answers, and the supervisor is asked again, until it
 * says `FINISH` or `maxRounds` is reached. The result's `outcome` says which of the two it was.
 *
 * A reply that names nobody, or several, goes back to the model; it never ends the turn by accident. Decisions are not part
 * of the conversation: it holds user turns and answers only, so that every provider takes it.
 *
 * @throws SwarmDefinitionError with every problem at once: `NO_AGENTS`, `NAME_EMPTY`, `NAME_RESERVED`, `NAME_COLLISION`,
 *   `GRAPH_INVALID`, `MODEL_INVALID`, `LIMIT_INVALID`. The graph rejects with SwarmError `NO_USER_TURN`, `MODEL_ERRORS`,
 *   `MODEL_INVALID` or `AGENT_FAILED`.
 * @example
 * ```ts
 * import { createSupervisor } from "swarmgraph/patterns";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const graph = createSupervisor({
 *   model: scriptedModel().say("researcher").say("writer").say("FINISH"),
 *   workers: {
 *     researcher: { graph: () => "Coffee came from Ethiopia.", description: "Finds facts." },
 *     writer: { graph: () => "A short history of coffee: ...", description: "Writes texts." },
 *   },
 * });
 * const result = await graph.invoke({ messages: [{ role: "user", content: "A history of coffee, please" }] });
 * result.path; // ["researcher", "writer"]
 * result.outcome; // { kind: "finished" }
 * ```
 */
export function createSupervisor<const W extends Workers>(
  options: SupervisorOptions<W>,
): SupervisorGraph<keyof W & string> {
  const { model, prompt, maxRounds = 10, maxModelErrors = 3 } = options;
  assertNone(problemsOf(options, { maxRounds, maxModelErrors }));
  const workers = Object.entries(options.workers);
  const names = workers.map(([name]) => name);
  const roster = workers.map(([name, worker]) => ({ name, description: descriptionOf(worker) }));
  const graph = new StateGraph({ state: SupervisorState, input: SupervisorInputState, output: SupervisorOutputState })
    // Counters are of one user turn; a resumed turn does not pass here again.
    .addNode("supervisor.begin", () => ({ rounds: 0, path: [], next: null, outcome: null }))
    .addNode("supervisor", async ({ messages, rounds, path }, config: RunnableConfig) => {
      if (messages.length === 0) {
        throw new SwarmError(
          "NO_USER_TURN",
          'the supervisor has nothing to decide on: the conversation is empty. Start it: { messages: [{ role: "user", content: "..." }] }.',
          { agent: "supervisor" },
        );
      }
      if (rounds >= maxRounds) return { next: END, outcome: { kind: "limit", limit: "maxRounds" } as const };
      const context = { workers: roster, path, rounds, maxRounds };
      const decision = await decide({ model, messages, prompt, context, maxModelErrors, config });
      return decision.kind === "worker"
        ? { next: decision.name }
        : { next: END, outcome: { kind: "finished" } as const };
    })
    .addEdge(START, "supervisor.begin")
    .addEdge("supervisor.begin", "supervisor")
    .addConditionalEdges("supervisor", ({ next }) => next as string, [...names, END] as never);
  // The builder's types follow each addNode; here the names are data.
  const builder = graph as unknown as StateGraph<unknown, typeof SupervisorState.State, object, string>;
  for (const [name, worker] of workers) {
    builder.addNode(
      name,
      async ({ messages, rounds, path }, config: RunnableConfig) => ({
        messages: [await callWorker(worker, { name, messages, config })],
        rounds: rounds + 1,
        path: [...path, name],
      }),
      subgraphsOf(worker),
    );
    builder.addEdge(name, "supervisor");
  }
  const compiled = graph.compile(compileOptions(options, "supervisor"));
  // A turn takes two steps a round, and the begin, the last decision and one to spare.
  return compiled.withConfig({ recursionLimit: 2 * maxRounds + 3 }) as unknown as SupervisorGraph<keyof W & string>;
}

function problemsOf(
  { model, workers }: SupervisorOptions,
  limits: { readonly maxRounds: number; readonly maxModelErrors: number },
): Diagnostic[] {
  const problems = findWorkerProblems({ path: "workers", workers, reserved: RESERVED });
  if (typeof model !== "object" || model === null || typeof model.invoke !== "function") {
    problems.push(
      problem("MODEL_INVALID", "model", "the supervisor's model is not a chat model.", "Pass a LangChain chat model."),
    );
  }
  for (const [key, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      problems.push(problem("LIMIT_INVALID", key, `${key} is ${String(value)}.`, "Give a whole number of at least 0."));
    }
  }
  return problems;
}
