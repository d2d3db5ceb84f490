import type { SwarmDefinition } from "../define/definition.ts";
import type { ToolNodeOptions } from "../run/tool-node.ts";
import type { NodeRuns } from "./node-runs.ts";
import type { NodeRun } from "./speed-nodes.ts";

/** Takes one of a swarm's nodes out of what they do; nothing is loaded or made before that node is run. */
export type LazyRun = (pick: (runs: NodeRuns) => NodeRun) => NodeRun;

/**
 * What the nodes of a swarm do, loaded with the first turn: prompts, tools and the rules of providers are most of the
 * code, and who composes a swarm, draws it or waits for a first message needs none of it.
 */
export function lazyRuns(definition: SwarmDefinition, options: ToolNodeOptions): LazyRun {
  let runs: NodeRuns | undefined;
  const load = async (): Promise<NodeRuns> => {
    const { nodeRuns } = await import("./node-runs.ts");
    return (runs ??= nodeRuns(definition, options));
  };
  return (pick) => {
    let run: NodeRun | undefined;
    const first: NodeRun = async (state, config) => {
      const loaded = runs ?? (await load());
      run ??= pick(loaded);
      return run(state, config);
    };
    return (state, config) => (run ?? first)(state, config);
  };
}
