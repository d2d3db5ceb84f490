export { CliError } from "./errors.ts";
export type { CliErrorCode, CliErrorOptions } from "./errors.ts";
export { EXIT } from "./exit.ts";
export type { ExitCode } from "./exit.ts";
export type { Scenario, ScenarioFile, ScenarioOutcome, ScenarioTurn } from "./scenarios/scenario.ts";
