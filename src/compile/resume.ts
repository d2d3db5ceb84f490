import { Command, isCommand } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { SwarmError } from "../errors.ts";
import type { ThreadState } from "./busy-settle.ts";

/** The thread that a command answers, at which checkpoint. */
export interface ResumePlace {
  readonly graph: ThreadState;
  readonly checkpointer: BaseCheckpointSaver;
  readonly threadId: string;
  /** Where it is not the newest. */
  readonly checkpointId?: unknown;
}

/** What names the checkpoint in a `configurable`; the thread's newest where no other is asked for. */
export function checkpointOf({ threadId, checkpointId }: Omit<ResumePlace, "graph" | "checkpointer">): {
  readonly thread_id: string;
  readonly checkpoint_id?: string;
} {
  const isNamed = typeof checkpointId === "string" && checkpointId !== "";
  return { thread_id: threadId, ...(isNamed && { checkpoint_id: checkpointId }) };
}

/** A question that a thread waits on. */
interface Question {
  readonly id: string;
  readonly value: unknown;
}

/** The form of an interrupt's id, by which LangGraph tells answers by id from any other object. */
const INTERRUPT_ID = /^[0-9a-f]{32}$/;

/**
 * Lets a resume through that answers what its thread asks; any other input as it is. A plain answer is given with the id
 * of the one question: LangGraph takes some for none (`false`, `0`, `""`) or for answers by id, and gives one without an
 * id to the node's next question too when the run is then continued with `null`.
 *
 * @throws SwarmError `INTERRUPT_MISMATCH` with the ids that are pending.
 */
export async function checkedResume(input: unknown, place: ResumePlace): Promise<unknown> {
  if (!isCommand(input) || !isResume(input)) return input;
  const { resume } = input;
  const questions = await questionsOf(place);
  const [only, ...others] = questions;
  if (resume === undefined || resume === null) throw mismatch(place, questions, "the command carries no value");
  if (only === undefined) throw mismatch(place, questions, "nothing waits for an answer");
  const ids = answeredIds(resume);
  if (ids === undefined && others.length > 0) {
    throw mismatch(place, questions, `one answer was given for ${questions.length} questions`);
  }
  const isPlain = ids === undefined || (others.length === 0 && isAnswerByCall(ids, only));
  if (isPlain) return withResume(input, { [only.id]: resume });
  const unknown = ids.filter((id) => !questions.some((question) => question.id === id));
  if (unknown.length > 0) throw mismatch(place, questions, `nobody waits for ${listOf(unknown)}`);
  return input;
}

/** Whether a command answers something; one that updates or goes somewhere may do that alone. */
function isResume({ resume, update, goto }: Command): boolean {
  const isMove = update !== undefined || (Array.isArray(goto) ? goto.length > 0 : goto !== undefined);
  return (resume !== undefined && resume !== null) || !isMove;
}

/** The ids of an answer by ids; `undefined` for a plain one. */
function answeredIds(resume: unknown): readonly string[] | undefined {
  if (typeof resume !== "object" || resume === null) return undefined;
  const keys = Object.keys(resume);
  return keys.length > 0 && keys.every((key) => INTERRUPT_ID.test(key)) ? keys : undefined;
}

/** Whether answers are by the call ids of a tool request, some of which look like an interrupt's. */
function isAnswerByCall(ids: readonly string[], { id, value }: Question): boolean {
  const { calls } = (typeof value === "object" && value !== null ? value : {}) as { calls?: unknown };
  if (!Array.isArray(calls) || ids.includes(id)) return false;
  const callIds = new Set((calls as { callId?: unknown }[]).map(({ callId }) => callId));
  return ids.some((given) => callIds.has(given));
}

function withResume({ update, goto, graph }: Command, resume: Record<string, unknown>): Command {
  return new Command({
    resume,
    ...(update !== undefined && { update }),
    ...(goto !== undefined && { goto }),
    ...(graph !== undefined && { graph }),
  } as never);
}

/** What the thread shows that it asks: of several tools that ask within one step, the first. */
async function questionsOf(place: ResumePlace): Promise<readonly Question[]> {
  const configurable = { ...checkpointOf(place), __pregel_checkpointer: place.checkpointer };
  const { tasks } = await place.graph.getState({ configurable });
  return tasks.flatMap(({ interrupts }) => interrupts as readonly Question[]);
}

function mismatch({ threadId }: ResumePlace, questions: readonly Question[], why: string): SwarmError {
  const pending = questions.map(({ id }) => id);
  const way =
    pending.length === 0
      ? "Send a message instead."
      : `Pending: ${listOf(pending)}. Answer with new Command({ resume: value }) where it is one, else by id: { resume: { "<id>": value } }.`;
  return new SwarmError("INTERRUPT_MISMATCH", `thread "${threadId}" was not resumed, since ${why}. ${way}`, {
    threadId,
    details: { pending },
  });
}

function listOf(ids: readonly string[]): string {
  return ids.map((id) => `"${id}"`).join(", ");
}
