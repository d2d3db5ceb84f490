import type { Context } from "hono";
import { callerOf } from "../http/caller.ts";
import type { Caller } from "../http/caller.ts";
import type { OnFailure } from "../http/errors.ts";
import type { PublishRun } from "./publish-run.ts";

/** Makes the `context` of a run: the secrets and connections that its tools may use for this caller. */
export type ContextFor = (caller: Caller, request: Request) => unknown;

/** Options of the routes that run swarms. */
export interface SwarmRoutesOptions {
  readonly contextFor?: ContextFor | undefined;
  /** Ends every run when it is aborted. */
  readonly stop?: AbortSignal | undefined;
  readonly onFailure?: OnFailure | undefined;
  readonly publish?: PublishRun | undefined;
  /** Ends what only follows runs when it is aborted. Default: `stop`. */
  readonly closing?: AbortSignal | undefined;
}

/** What a run is given of its request: the `context`. */
export async function runConfig(context: Context, { contextFor }: SwarmRoutesOptions): Promise<{ context?: unknown }> {
  if (contextFor === undefined) return {};
  const { tenant } = callerOf(context);
  return { context: await contextFor({ tenant }, context.req.raw) };
}
