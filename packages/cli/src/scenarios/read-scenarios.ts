import { readFile } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { CliError } from "../errors.ts";
import { messageOf } from "../explain.ts";
import type { Io } from "../io.ts";
import { isSwarm } from "../load/find-swarm.ts";
import { existingFile, importModule } from "../load/import-module.ts";
import { loadSwarm, opened } from "../load/load-swarm.ts";
import type { LoadedSwarm } from "../load/load-swarm.ts";
import type { ReadScenario, ScenarioOutcome, ScenarioTurn } from "./scenario.ts";

/** A file of scenarios, read and checked, with its swarm. */
export interface ReadScenarios {
  readonly swarm: Pick<LoadedSwarm, "definition" | "compile">;
  readonly scenarios: readonly ReadScenario[];
}

const OUTCOMES: readonly ScenarioOutcome[] = ["answered", "empty", "limit", "guardrail", "waits", "failed"];
const TURN_KEYS = ["prompt", "path", "tools", "outcome", "answer", "approve"];

/**
 * Reads scenarios from JSON, TypeScript or JavaScript. `swarm` goes before what the file says.
 *
 * @throws CliError `SCENARIO_INVALID` with the place; what loading the swarm throws.
 */
export async function readScenarios(path: string, io: Io, swarm?: string): Promise<ReadScenarios> {
  const file = existingFile(path, io.cwd);
  const name = basename(file);
  const given = extname(file) === ".json" ? await readJson(file) : await readModule(file, io);
  // A bare list is a file that leaves the swarm to the command line.
  const { swarm: own, scenarios } = record(Array.isArray(given) ? { scenarios: given } : given, name);
  if (!Array.isArray(scenarios) || scenarios.length === 0) {
    throw invalid(`${name}: there are no scenarios`, 'Give "scenarios": [{ "prompt": "...", "path": [...] }].');
  }
  const read = scenarios.map((scenario, index) => readScenario(scenario, `${name}: scenarios[${index}]`, index));
  return { swarm: await swarmOf({ own, swarm, file, name }, io), scenarios: read };
}

async function swarmOf(
  given: { readonly own: unknown; readonly swarm: string | undefined; readonly file: string; readonly name: string },
  io: Io,
): Promise<ReadScenarios["swarm"]> {
  const { own, swarm, file, name } = given;
  if (swarm !== undefined) return loadSwarm(swarm, io);
  if (isSwarm(own)) return opened(own);
  if (typeof own === "string") return loadSwarm(own, { ...io, cwd: dirname(file) });
  throw invalid(`${name}: it names no swarm`, 'Give "swarm": "./desk.ts", or pass --swarm <file>.');
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw invalid(`${basename(file)} is no JSON: ${messageOf(cause)}`, "Mend it.", cause);
  }
}

async function readModule(file: string, io: Io): Promise<unknown> {
  const { exports } = await importModule(file, io);
  const { default: main, scenarios, swarm } = exports;
  return main ?? { scenarios, swarm };
}

function readScenario(value: unknown, place: string, index: number): ReadScenario {
  const { name = `scenario ${index + 1}`, turns, ...turn } = record(value, place);
  if (typeof name !== "string") throw invalid(`${place}.name is not a text`);
  if (turns === undefined) return { name, turns: [readTurn(turn, place)] };
  if (!Array.isArray(turns) || turns.length === 0) throw invalid(`${place}.turns is no list of turns`);
  const [extra] = Object.keys(turn);
  if (extra !== undefined) throw invalid(`${place}.${extra} stands beside "turns"`, "Move it into one of them.");
  return { name, turns: turns.map((one, at) => readTurn(one, `${place}.turns[${at}]`)) };
}

function readTurn(value: unknown, place: string): ScenarioTurn {
  const turn = record(value, place);
  const { prompt, path, tools, outcome, answer, approve } = turn;
  const unknown = Object.keys(turn).find((key) => !TURN_KEYS.includes(key));
  if (unknown !== undefined) throw invalid(`${place}.${unknown} is not known`, `A turn has ${TURN_KEYS.join(", ")}.`);
  if (typeof prompt !== "string" || prompt.trim() === "") throw invalid(`${place}.prompt is not a text`);
  for (const [key, list] of Object.entries({ path, tools })) {
    if (list !== undefined && !isNames(list)) throw invalid(`${place}.${key} is no list of names`);
  }
  if (outcome !== undefined && !OUTCOMES.includes(outcome as ScenarioOutcome)) {
    throw invalid(`${place}.outcome is not known`, `It is one of ${OUTCOMES.join(", ")}.`);
  }
  if (answer !== undefined && typeof answer !== "string") throw invalid(`${place}.answer is not a text`);
  if (approve !== undefined && typeof approve !== "boolean")
    throw invalid(`${place}.approve is neither true nor false`);
  return turn as unknown as ScenarioTurn;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function record(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(`${place} is not an object`);
}

function invalid(message: string, hint?: string, cause?: unknown): CliError {
  return new CliError("SCENARIO_INVALID", `${message}.`, { hint, cause });
}
