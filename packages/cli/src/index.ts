/**
 * The command line: its errors, exit codes, and the form of scenarios.
 *
 * @module @swarmgraph/cli
 */
export { CliError } from "./errors.ts";
export type { CliErrorCode, CliErrorOptions } from "./errors.ts";
export { EXIT } from "./exit.ts";
export type { ExitCode } from "./exit.ts";
export type { Scenario, ScenarioFile, ScenarioOutcome, ScenarioTurn } from "./scenarios/scenario.ts";
