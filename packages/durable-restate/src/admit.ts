import type { ObjectContext } from "@restatedev/restate-sdk";
import { terminal } from "./endings.ts";
import { RestateSwarmError } from "./errors.ts";
import { busyError, toFailure } from "./failure.ts";
import { assertOwn } from "./owner.ts";
import type { RunRequest } from "./protocol.ts";
import type { RunSetup, ThreadState } from "./run.ts";

/**
 * Lets a run begin, before anything of it is written: on a thread that is this object's, and that is free where it was to be.
 *
 * @throws TerminalError `THREAD_BUSY`, `THREAD_OF_OTHER_ENGINE`.
 */
export async function admitted(
  context: ObjectContext<ThreadState>,
  { expects }: RunRequest,
  { owner }: RunSetup,
): Promise<void> {
  const runs = (await context.get("runs")) ?? 0;
  if (expects !== undefined && expects !== runs) throw terminal(toFailure(busyError(context.key)));
  const stored = await context.get("thread");
  await assertOwn(context, stored, owner).catch((error: unknown) => {
    throw error instanceof RestateSwarmError ? terminal(toFailure(error)) : error;
  });
}
