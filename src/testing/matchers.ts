import type { ExpectStatic } from "vitest";
import { printPath } from "../route/limits.ts";
import { faultsOf } from "./matchers-log.ts";
import type { LoggedCall } from "./matchers-log.ts";
import { printRun } from "./matchers-print.ts";
import type { PrintValue } from "./matchers-print.ts";
import { readResult } from "./matchers-result.ts";
import type { ReadResult } from "./matchers-result.ts";

/** What vitest binds to a matcher, as far as these matchers use it. */
export type MatcherContext = Pick<ReturnType<ExpectStatic["getState"]>, "isNot" | "equals" | "customTesters" | "utils">;

/** What a matcher answers. */
export interface MatcherVerdict {
  readonly pass: boolean;
  /** What is said where the matcher fails, negated or not. */
  message(): string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/**
 * What {@link swarmMatchers} adds to `expect`. Each takes a swarm's result or a session's; `toHaveExecutedTool` and
 * `toHaveCleanHistory` also plain `{ messages }`. Anything else is a TypeError that names what was passed, negated or not.
 *
 * @example
 * ```ts
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel, swarmMatchers } from "swarmgraph/testing";
 * import { expect } from "vitest";
 *
 * expect.extend(swarmMatchers);
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   agents: {
 *     triage: { model: scriptedModel().handoff("billing", { invoice: "A-1" }), canHandoffTo: ["billing"] },
 *     billing: { model: scriptedModel().say("You will get your money back.") },
 *   },
 * });
 * const result = await swarm.compile().invoke({ messages: [{ role: "user", content: "I was charged twice" }] });
 * expect(result).toHandOff("triage", "billing", { invoice: expect.any(String) });
 * expect(result).toFollowPath(["triage", "billing"]);
 * expect(result).toEndAt("billing");
 * expect(result).not.toHaveExecutedTool("refund");
 * expect(result).toHaveCleanHistory();
 * ```
 */
export interface SwarmMatchers {
  /**
   * One agent handed off to another, and the handoff was taken: the ledger has it as `done`. A swarm's result holds the
   * whole thread's ledger, a session's result that of its turn.
   *
   * @param input What the validated payload must equal; asymmetric matchers may stand in it. Absent: not compared.
   */
  toHandOff(from: string, to: string, input?: unknown): void;
  /**
   * The agents of the last turn in the order in which they acted, exactly, ways back included. Of the last turn alone,
   * since that is what every result holds: a session's result has no ledger of the turns before.
   */
  toFollowPath(path: readonly string[]): void;
  /**
   * The agent that has the conversation after the run, and gets the next message.
   */
  toEndAt(agent: string): void;
  /**
   * A regular tool was called, really run, and did not fail: its tool message is in the log, without `status: "error"`.
   *
   * @param args What the arguments of one such call must equal; asymmetric matchers may stand in it. Absent: not compared.
   */
  toHaveExecutedTool(name: string, args?: unknown): void;
  /**
   * The log is one that any provider takes once handoff calls are left out: every regular call is answered once and
   * directly after it, no tool message answers a handoff or nothing at all, ids are unique, and no system message is
   * stored. Handoff calls are told by the ledger; in plain `{ messages }`, and in the turns before a session's last,
   * which its ledger does not reach, by the prefix of their names.
   *
   * @param options `prefix`: the swarm's own, where it has one. Default `transfer_to_`.
   */
  toHaveCleanHistory(options?: { readonly prefix?: string | undefined }): void;
}

declare module "vitest" {
  interface Matchers<T> extends SwarmMatchers {}
  interface AsymmetricMatchersContaining extends SwarmMatchers {}
}

type Matcher<Name extends keyof SwarmMatchers> = (
  this: MatcherContext,
  received: unknown,
  ...expected: Parameters<SwarmMatchers[Name]>
) => MatcherVerdict;

/**
 * Matchers for `expect.extend`: `toHandOff`, `toFollowPath`, `toEndAt`, `toHaveExecutedTool`, `toHaveCleanHistory`. Each
 * failure message prints the path that was taken, the handoffs and the tool calls. See {@link SwarmMatchers}.
 *
 * @example
 * ```ts
 * import { swarmMatchers } from "swarmgraph/testing";
 * import { expect } from "vitest";
 *
 * expect.extend(swarmMatchers);
 * ```
 */
export const swarmMatchers: { readonly [Name in keyof SwarmMatchers]: Matcher<Name> } = {
  toHandOff(received, ...[from, to, ...input]) {
    const result = readResult(received, { matcher: "toHandOff", needs: ["handoffs"] });
    const pass = result.handoffs.some(
      (record) =>
        record.status === "done" && record.from === from && record.to === to && fits(this, record.input, input),
    );
    const payload = input.length === 0 ? "" : ` with the input ${printer(this)(input[0])}`;
    return verdict(this, result, { pass, what: `hand off from "${from}" to "${to}"${payload}` });
  },

  toFollowPath(received, path) {
    const result = readResult(received, { matcher: "toFollowPath", needs: ["path"] });
    const pass = this.equals(result.path, path);
    return {
      ...verdict(this, result, { pass, what: `follow the path ${printPath(path)}` }),
      actual: result.path,
      expected: path,
    };
  },

  toEndAt(received, agent) {
    const result = readResult(received, { matcher: "toEndAt", needs: ["agent"] });
    const pass = result.agent === agent;
    return verdict(this, result, { pass, what: `end at "${agent}"`, but: `it ended at "${result.agent}"` });
  },

  toHaveExecutedTool(received, ...[name, ...args]) {
    const result = readResult(received, { matcher: "toHaveExecutedTool" });
    const pass = result.log.calls.some((call) => call.name === name && isExecuted(call) && fits(this, call.args, args));
    const given = args.length === 0 ? "" : ` with the arguments ${printer(this)(args[0])}`;
    return verdict(this, result, { pass, what: `have executed the tool "${name}"${given}` });
  },

  toHaveCleanHistory(received, options) {
    const result = readResult(received, { matcher: "toHaveCleanHistory", prefix: options?.prefix });
    const faults = faultsOf(result.messages, result.log);
    const pass = faults.length === 0;
    return verdict(this, result, {
      pass,
      what: "have a clean history",
      ...(!pass && { but: ["it has these faults:", ...faults].join("\n  ") }),
    });
  },
};

/** Whether a value fits an optional last argument: `undefined` that was passed is something to be compared with. */
function fits({ equals, customTesters }: MatcherContext, actual: unknown, expected: readonly unknown[]): boolean {
  return expected.length === 0 || equals(actual, expected[0], customTesters);
}

function isExecuted({ isHandoff, answers }: LoggedCall): boolean {
  return !isHandoff && answers.some(({ isError }) => !isError);
}

function verdict(
  context: MatcherContext,
  result: ReadResult,
  { pass, what, but }: { readonly pass: boolean; readonly what: string; readonly but?: string },
): MatcherVerdict {
  const message = () =>
    [
      `expected the run ${context.isNot ? "not " : ""}to ${what}${but === undefined ? "" : `, but ${but}`}`,
      "",
      printRun(result, printer(context)),
    ].join("\n");
  return { pass, message };
}

function printer({ utils }: MatcherContext): PrintValue {
  return (value) => utils.stringify(value, 10, { min: true });
}
