import { SwarmError } from "../errors.ts";
import { onAbort } from "../run/abort.ts";
import type { OnBusy } from "../types.ts";
import type { Takeover } from "./thread-lock.ts";

/** Which thread is claimed, and for whom. */
export interface Claim {
  readonly checkpointer: object;
  readonly threadId: string;
  readonly onBusy: OnBusy;
  /** Ends the waiting. Once it has fired, the next run waits for this one to wind up instead of being refused. */
  readonly signal: AbortSignal;
  /** Ends the run, since a newer one wants the thread. Called once it has the thread, or while it has it. */
  readonly supersede: (takeover: Takeover) => void;
}

/** A claim that waits for its turn. */
interface Waiting {
  readonly claim: Claim;
  readonly start: () => void;
}

/** The run that has a thread, and those that wait for it: first the ones that end it, then the queue. */
interface Line {
  holder: Claim;
  readonly waiting: Waiting[];
}

/** The threads that are running, by the checkpointer that holds them. */
const lines = new WeakMap<object, Map<string, Line>>();

/**
 * Claims a thread for one run in this process: two runs that write the same thread would each overwrite the other's
 * messages, which no checkpointer notices. In order of arrival; a claim that supersedes comes before those that queue.
 *
 * @returns gives the thread free again, to the next in line.
 * @throws SwarmError `THREAD_BUSY`, retryable; the signal's reason where it fires in the queue.
 */
export async function claimThread(claim: Claim): Promise<() => void> {
  const threads = lines.get(claim.checkpointer) ?? new Map<string, Line>();
  lines.set(claim.checkpointer, threads);
  const line = threads.get(claim.threadId);
  if (line === undefined) threads.set(claim.threadId, { holder: claim, waiting: [] });
  else await turnIn(line, claim);
  let isFree = false;
  return () => {
    if (!isFree) passOn(threads, claim.threadId);
    isFree = true;
  };
}

/** The way in which a claim ends the run before it, if it does. */
export function takeoverOf(onBusy: OnBusy): Takeover | undefined {
  return onBusy === "interrupt" || onBusy === "rollback" ? onBusy : undefined;
}

/** The refusal of a run whose thread somebody else has. */
export function busyError(threadId: string): SwarmError {
  return new SwarmError(
    "THREAD_BUSY",
    `thread "${threadId}" is being run already. Wait for that run, use another thread, or say what to do with onBusy.`,
    { threadId, retryable: true },
  );
}

async function turnIn(line: Line, claim: Claim): Promise<void> {
  const isEnding = line.holder.signal.aborted && line.waiting.length === 0;
  if (claim.onBusy === "reject" && !isEnding) throw busyError(claim.threadId);
  await new Promise<void>((resolve, reject) => {
    const waiting: Waiting = {
      claim,
      start: () => {
        release();
        resolve();
      },
    };
    const release = onAbort(claim.signal, () => {
      release();
      line.waiting.splice(line.waiting.indexOf(waiting), 1);
      reject(claim.signal.reason as Error);
    });
    const takeover = takeoverOf(claim.onBusy);
    if (takeover === undefined) {
      line.waiting.push(waiting);
      return;
    }
    const place = line.waiting.findIndex((other) => takeoverOf(other.claim.onBusy) === undefined);
    line.waiting.splice(place === -1 ? line.waiting.length : place, 0, waiting);
    line.holder.supersede(takeover);
  });
}

function passOn(threads: Map<string, Line>, threadId: string): void {
  const line = threads.get(threadId);
  const next = line?.waiting.shift();
  if (line === undefined || next === undefined) {
    threads.delete(threadId);
    return;
  }
  line.holder = next.claim;
  next.start();
  const newer = line.waiting[0] === undefined ? undefined : takeoverOf(line.waiting[0].claim.onBusy);
  if (newer !== undefined) next.claim.supersede(newer);
}
