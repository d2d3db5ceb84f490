import { SwarmMemorySaver } from "swarmgraph";
import { EXIT } from "../exit.ts";
import { outputOf } from "../io.ts";
import type { Io } from "../io.ts";
import { readScenarios } from "../scenarios/read-scenarios.ts";
import { runScenario } from "../scenarios/run-scenario.ts";
import type { ScenarioResult } from "../scenarios/scenario.ts";
import { scenarioTable } from "../scenarios/table.ts";
import type { TestOptions } from "../commands/test.ts";

/** Plays scenarios and says which differ. Gives the exit code. */
export async function testScenarios(io: Io, files: readonly string[], options: TestOptions): Promise<number> {
  const output = outputOf(io, options);
  const all: (ScenarioResult & { readonly file: string })[] = [];
  for (const file of files) {
    const { swarm, scenarios } = await readScenarios(file, io, options.swarm);
    const graph = swarm.compile(new SwarmMemorySaver());
    const results: ScenarioResult[] = [];
    for (const scenario of scenarios) {
      io.signal.throwIfAborted();
      results.push(await runScenario(graph, scenario, io.signal));
    }
    all.push(...results.map((result) => ({ file, ...result })));
    if (output.json) continue;
    output.line(output.paint.bold(file));
    for (const line of scenarioTable(results, output.paint)) output.line(line);
  }
  const failed = all.filter(({ passed }) => !passed).length;
  if (output.json) output.line(JSON.stringify({ ok: failed === 0, scenarios: all }));
  else output.line(`${all.length} scenario${all.length === 1 ? "" : "s"}, ${failed} failed.`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
}
