import { SwarmError } from "../errors.ts";
import type { RunContext } from "../types.ts";
import type {
  GuardrailCheck,
  GuardrailContext,
  Guardrails,
  GuardrailStage,
  StandardCheck,
  Tripwire,
} from "../guard-types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { capText, describeThrown } from "./serialise.ts";
import { withTimeout } from "./timeout.ts";

/** Who has a guardrail, where it is not an agent but the swarm. No agent has this name. */
export const SWARM = "";

/** Characters of a schema's problems that become a reason. */
const MAX_REASON = 500;

/** A guardrail and who has it: an agent by name, or {@link SWARM}. */
export type Owned<G> = G & { readonly owner: string };

type GuardrailOf<Stage extends GuardrailStage> = NonNullable<Guardrails[Stage]>[number];

/** A guardrail that let something not pass. Plain JSON, as far as its `details` are. */
export interface Trip {
  readonly guardrail: string;
  readonly stage: GuardrailStage;
  readonly reason: string;
  readonly details?: unknown;
  /** Who has the guardrail: an agent by name, or {@link SWARM}. */
  readonly owner: string;
  /** What the guardrail asks for in that case, where it says. */
  readonly onTrip?: string | undefined;
}

/** The guardrails that hold for an agent at one stage: the swarm's, then its own. */
export function guardrailsOf<Stage extends GuardrailStage>(
  { definition, agent }: AgentRuntime,
  stage: Stage,
): readonly Owned<GuardrailOf<Stage>>[] {
  const swarms = definition.options.guardrails?.[stage];
  const own = agent.spec.guardrails?.[stage];
  if (swarms === undefined && own === undefined) return NONE;
  const owned = (list: Guardrails[Stage], owner: string) =>
    (list ?? []).map((guardrail) => ({ ...guardrail, owner }) as Owned<GuardrailOf<Stage>>);
  return [...owned(swarms, SWARM), ...owned(own, agent.name)];
}

const NONE: readonly never[] = Object.freeze([]);

/** What is looked at, and by whose leave. */
export interface Looking<Value> {
  readonly runtime: AgentRuntime;
  readonly stage: GuardrailStage;
  readonly value: Value;
  /** The value as text. */
  readonly text: string;
  readonly run: RunContext;
}

interface Checking<Value> {
  readonly name: string;
  readonly check: GuardrailCheck<Value>;
  readonly owner: string;
  readonly onTrip?: string | undefined;
}

/**
 * Asks all guardrails at once, and settles with the first that trips; `undefined` where all let the value pass. The others
 * go on unheard: end the run context's signal to stop them.
 *
 * @throws SwarmError `GUARDRAIL_FAILED` where one cannot tell; the signal's reason.
 */
export function firstTrip<Value>(
  guardrails: readonly Checking<Value>[],
  looking: Looking<Value>,
): Promise<Trip | undefined> {
  return new Promise((resolve, reject) => {
    let open = guardrails.length;
    if (open === 0) resolve(undefined);
    for (const guardrail of guardrails) {
      ask(guardrail, looking).then((trip) => {
        open -= 1;
        if (trip !== undefined || open === 0) resolve(trip);
      }, reject);
    }
  });
}

async function ask<Value>(guardrail: Checking<Value>, looking: Looking<Value>): Promise<Trip | undefined> {
  const { runtime, stage, value, text, run } = looking;
  const { name, check, owner, onTrip } = guardrail;
  const { agent, definition } = runtime;
  const judge = async (signal: AbortSignal | undefined): Promise<unknown> => {
    if (isStandard(check)) return fromIssues(await check["~standard"].validate(value));
    return check(value, { ...run, signal, stage, text } satisfies GuardrailContext);
  };
  let given: unknown;
  try {
    const ms = definition.limits.toolTimeoutMs;
    given = await withTimeout(judge, { ms, what: `guardrail "${name}"`, signal: run.signal });
  } catch (cause) {
    if (run.signal?.aborted) throw cause;
    throw failed(describeThrown(cause), cause);
  }
  if (given === true) return undefined;
  if (isTripwire(given)) {
    const { tripwire: reason, details } = given;
    return {
      guardrail: name,
      stage,
      reason,
      owner,
      ...(details !== undefined && { details }),
      ...(onTrip && { onTrip }),
    };
  }
  throw failed("it gave neither true nor { tripwire }");

  function failed(why: string, cause?: unknown): SwarmError {
    return new SwarmError(
      "GUARDRAIL_FAILED",
      `guardrail "${name}" of ${owner === SWARM ? "the swarm" : `agent "${owner}"`} could not check the ${NOUNS[stage]} of agent "${agent.name}": ${why.replace(/\.$/, "")}. Nothing was let through; mend the guardrail and resume the thread.`,
      { agent: agent.name, threadId: run.threadId, cause, details: { guardrail: name, stage } },
    );
  }
}

const NOUNS: Readonly<Record<GuardrailStage, string>> = { input: "input", output: "answer", toolCall: "tool call" };

/** Some libraries' schemas are functions. */
function isStandard(check: unknown): check is StandardCheck {
  return (typeof check === "object" || typeof check === "function") && check !== null && "~standard" in check;
}

function isTripwire(given: unknown): given is Tripwire {
  return typeof given === "object" && given !== null && typeof (given as Partial<Tripwire>).tripwire === "string";
}

function fromIssues({ issues }: Awaited<ReturnType<StandardCheck["~standard"]["validate"]>>): true | Tripwire {
  if (issues === undefined) return true;
  return { tripwire: capText(issues.map(({ message }) => message).join("; "), MAX_REASON) };
}
