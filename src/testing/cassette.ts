import { promptHash, promptLines } from "../observe/prompt-lines.ts";
import type { SwarmEvent } from "../observe/events.ts";
import { fromJsonl } from "../observe/to-jsonl.ts";
import { takesOf } from "./cassette-takes.ts";
import type { Take } from "./cassette-takes.ts";
import { promptDiff } from "./prompt-diff.ts";
import { ScriptError } from "./script.ts";
import type { RecordedCall, ScriptedStep } from "./script.ts";
import { scriptedModel } from "./scripted-model.ts";
import type { ScriptedModel } from "./scripted-model.ts";

/** A model was asked something that the recording does not answer: its prompt is another one, or it is one call more. */
export class CassetteError extends Error {
  override readonly name = "CassetteError";
  readonly agent: string;
  /** What changed in the prompt, line by line; empty where there is nothing left to compare it with. */
  readonly diff: string;

  constructor(message: string, agent: string, diff = "") {
    super(diff === "" ? message : `${message}\n${diff}`);
    this.agent = agent;
    this.diff = diff;
  }
}

/** A recording whose model calls can be played again. */
export interface Cassette {
  /** The agents whose model calls it holds. */
  readonly agents: readonly string[];
  /** The model of an agent: answers each recorded prompt as it was answered, in any order of the agents. */
  model(agent: string): ScriptedModel;
  /** For `swarm.override(...)`: each recorded agent with its model. */
  overrides(): Record<string, { model: ScriptedModel }>;
  /** @throws ScriptError if a recorded answer was never asked for. */
  assertComplete(): void;
}

/**
 * Plays a recording's model calls again, without a model: a test of a real conversation that costs nothing. Answers are found
 * by agent and prompt, whatever the ids of calls in it. A prompt that has changed is a {@link CassetteError} with the
 * difference; in a run it is the cause of `MODEL_REJECTED`, whose message holds it.
 *
 * @param recording the text of one, its lines' events, or events; recorded with `modelCalls: true`.
 * @throws ScriptError where it holds no model calls; SwarmError `RECORDING_INCOMPATIBLE`.
 * @example
 * ```ts
 * import { SwarmAgent, swarmEvents, toJsonl } from "swarmgraph";
 * import { cassette, scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const input = { messages: [{ role: "user", content: "Hi" }] };
 * const lines: string[] = [];
 * for await (const line of toJsonl(swarmEvents(swarm.compile(), input, { modelCalls: true }))) lines.push(line);
 *
 * const tape = cassette(lines.join("\n"));
 * const replayed = await swarm.override({ a: { model: tape.model("a") } }).compile().invoke(input);
 * replayed.messages.at(-1)?.text; // "Hello!"
 * ```
 */
export function cassette(recording: string | Iterable<SwarmEvent>): Cassette {
  const takes = takesOf(typeof recording === "string" ? fromJsonl(recording).events : recording);
  if (takes.size === 0) {
    throw new ScriptError(
      "the recording holds no model calls: record it with swarmEvents(graph, input, { modelCalls: true })",
    );
  }
  const played = new Set<Take>();
  const models = new Map<string, ScriptedModel>();
  const model = (agent: string): ScriptedModel => {
    const known = models.get(agent);
    if (known !== undefined) return known;
    const made = scriptedModel()
      .reply((call) => play(agent, takes.get(agent) ?? [], played, call))
      .repeat();
    models.set(agent, made);
    return made;
  };
  return {
    agents: [...takes.keys()],
    model,
    overrides: () => Object.fromEntries([...takes.keys()].map((agent) => [agent, { model: model(agent) }])),
    assertComplete() {
      const left = [...takes].flatMap(([agent, all]) => {
        const count = all.filter((take) => !take.isError && !played.has(take)).length;
        return count === 0 ? [] : [`${count} of agent "${agent}"`];
      });
      if (left.length > 0) throw new ScriptError(`recorded answers were never asked for: ${left.join(", ")}`);
    },
  };
}

function play(agent: string, takes: readonly Take[], played: Set<Take>, { messages }: RecordedCall): ScriptedStep {
  const prompt = promptLines(messages);
  const hash = promptHash(prompt);
  const open = takes.filter((take) => !played.has(take));
  const same = open.filter((take) => take.hash === hash);
  // An answer that was asked for once more after an error is the one that counted.
  const take = same.find(({ isError }) => !isError) ?? same[0];
  if (take !== undefined) {
    played.add(take);
    return take.step;
  }
  const next = open.find(({ isError }) => !isError) ?? open[0];
  if (next === undefined) {
    throw new CassetteError(
      `the recording holds ${takes.length} model call${takes.length === 1 ? "" : "s"} of agent "${agent}", and this is one more. Record the run anew.`,
      agent,
    );
  }
  throw new CassetteError(
    `the prompt of agent "${agent}" is another one than in the recording. Record the run anew if the change is meant.`,
    agent,
    promptDiff(next.prompt, prompt),
  );
}
