import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Annotation, END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import type { BaseChannel, CompiledStateGraph } from "@langchain/langgraph";
import { SwarmError } from "../errors.ts";
import type { Diagnostic } from "../errors.ts";
import type { Awaitable } from "../types.ts";
import { compileOptions, subgraphsOf } from "./pattern-graph.ts";
import type { MessagesInput, PatternCompileOptions } from "./pattern-graph.ts";
import { assertNone, findWorkerProblems, hintFor, problem } from "./verify-workers.ts";
import { callWorker, failureOf } from "./worker.ts";
import type { Workers } from "./worker.ts";

/** Options of {@link createRouter}. */
export interface RouterOptions<R extends Workers = Workers> extends PatternCompileOptions {
  /** Where a turn can go, by name. */
  readonly routes: R;
  /**
   * Chooses: gives a route's name, a key of `paths`, or `"__end__"` for none. May ask a model. Evaluated once a turn. Not
   * needed where there is one route.
   */
  readonly condition?: ((messages: readonly BaseMessage[], config: RunnableConfig) => Awaitable<string>) | undefined;
  /** What the condition's values mean: a route, or `"__end__"`. Default: a value is a route's name. */
  readonly paths?: Readonly<Record<string, NoInfer<keyof R & string> | typeof END>> | undefined;
}

/** What a router's graph gives back. */
export interface RouterResult<Name extends string = string> {
  /** The conversation: user turns, and the final answer of the route under its name. */
  readonly messages: BaseMessage[];
  /** The route that was taken, or `"__end__"`. */
  readonly route: Name | typeof END;
}

/** A compiled router: nodes `router`, and one per route under the route's name. */
export type RouterGraph<Name extends string = string> = CompiledStateGraph<
  RouterResult<Name>,
  MessagesInput,
  Name | "router" | typeof START,
  typeof MessagesAnnotation.spec,
  RouterChannels<Name>
>;

/** The channels that callers may read, with the routes' names. */
interface RouterChannels<Name extends string> {
  readonly [channel: string]: BaseChannel;
  readonly messages: typeof MessagesAnnotation.spec.messages;
  readonly route: BaseChannel<Name | typeof END, Name | typeof END>;
}

const RouterState = Annotation.Root({ ...MessagesAnnotation.spec, route: Annotation<string>() });

const RESERVED = ["router", "messages", "route"];

/**
 * A router: a condition sends each turn to one route, which answers. With a single route everything goes there.
 *
 * @throws SwarmDefinitionError with every problem at once: `NO_AGENTS`, `NAME_EMPTY`, `NAME_RESERVED`, `NAME_COLLISION`,
 *   `GRAPH_INVALID`, `CONDITION_MISSING`, `CONDITION_INVALID`, `TARGET_UNKNOWN`. The graph rejects with SwarmError
 *   `ROUTE_FAILED` where the condition throws, `ROUTE_UNKNOWN_TARGET` where it gives no route, `MODEL_INVALID` or
 *   `AGENT_FAILED` from a route.
 * @example
 * ```ts
 * import { createRouter } from "swarmgraph/patterns";
 *
 * const graph = createRouter({
 *   routes: { billing: () => "Your invoice is on its way.", sales: () => "We have three plans." },
 *   condition: (messages) => (messages.at(-1)?.text.includes("invoice") ? "billing" : "sales"),
 * });
 * const result = await graph.invoke({ messages: [{ role: "user", content: "Where is my invoice?" }] });
 * result.route; // "billing"
 * ```
 */
export function createRouter<const R extends Workers>(options: RouterOptions<R>): RouterGraph<keyof R & string> {
  assertNone(problemsOf(options));
  const routes = Object.entries(options.routes);
  const names = routes.map(([name]) => name);
  const choose = conditionOf(options, names);
  const graph = new StateGraph({ state: RouterState, input: MessagesAnnotation, output: RouterState })
    .addNode("router", async ({ messages }, config: RunnableConfig) => ({ route: await choose(messages, config) }))
    .addEdge(START, "router")
    .addConditionalEdges("router", ({ route }) => route, [...names, END] as never);
  // The builder's types follow each addNode; here the names are data.
  const builder = graph as unknown as StateGraph<unknown, typeof RouterState.State, object, string>;
  for (const [name, route] of routes) {
    builder.addNode(
      name,
      async ({ messages }, config: RunnableConfig) => ({
        messages: [await callWorker(route, { name, messages, config })],
      }),
      subgraphsOf(route),
    );
    builder.addEdge(name, END);
  }
  return graph.compile(compileOptions(options, "router")) as unknown as RouterGraph<keyof R & string>;
}

/** The condition with its values turned into nodes. */
function conditionOf(
  { condition, paths }: RouterOptions,
  names: readonly string[],
): (messages: readonly BaseMessage[], config: RunnableConfig) => Promise<string> {
  const [only] = names;
  if (condition === undefined) return async () => only as string;
  const targets = new Map<unknown, string>([[END, END]]);
  for (const [value, target] of paths === undefined
    ? names.map((name) => [name, name] as const)
    : Object.entries(paths)) {
    targets.set(value, target);
  }
  return async (messages, config) => {
    const chosen = await evaluate(condition, messages, config);
    const target = targets.get(chosen);
    if (target !== undefined) return target;
    const said = typeof chosen === "string" ? `"${chosen}"` : `a value of type ${typeof chosen}`;
    throw new SwarmError(
      "ROUTE_UNKNOWN_TARGET",
      `the router's condition gave ${said}, which leads to no route. ${hintFor(String(chosen), [...targets.keys()].map(String))}`,
    );
  };
}

async function evaluate(
  condition: NonNullable<RouterOptions["condition"]>,
  messages: readonly BaseMessage[],
  config: RunnableConfig,
): Promise<unknown> {
  try {
    return await condition(messages, config);
  } catch (cause) {
    const passedOn = failureOf(cause, "", { agent: "router", signal: config.signal });
    if (passedOn === cause) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SwarmError("ROUTE_FAILED", `the router's condition failed: ${why}`, { cause });
  }
}

function problemsOf({ routes, condition, paths }: RouterOptions): Diagnostic[] {
  const problems = findWorkerProblems({ path: "routes", workers: routes, reserved: RESERVED });
  const names = Object.keys(routes);
  if (condition === undefined && names.length > 1) {
    problems.push(
      problem(
        "CONDITION_MISSING",
        "condition",
        `there are ${names.length} routes and no condition that chooses among them.`,
        "Pass condition: (messages) => a route's name.",
      ),
    );
  } else if (condition !== undefined && typeof condition !== "function") {
    problems.push(problem("CONDITION_INVALID", "condition", "the condition is not a function.", "Pass a function."));
  }
  for (const [value, target] of Object.entries(paths ?? {})) {
    if (target !== END && !Object.hasOwn(routes, target)) {
      problems.push(
        problem(
          "TARGET_UNKNOWN",
          `paths.${value}`,
          `"${value}" leads to "${target}", which is not one of the routes.`,
          hintFor(target, names),
        ),
      );
    }
  }
  return problems;
}
