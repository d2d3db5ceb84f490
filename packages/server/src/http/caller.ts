import type { Context } from "hono";

/** Who sent a request. */
export interface Caller {
  /** Whose threads it can reach. Empty for those who came in with a key, or from this machine. */
  readonly tenant: string;
}

/** A caller, and the bucket that its requests are counted in. */
interface KnownCaller extends Caller {
  readonly bucket: string;
}

const CALLER = "caller";

/** Notes who sent the request. */
export function setCaller(context: Context, caller: KnownCaller): void {
  context.set(CALLER, caller);
}

/** Who sent the request; asked for behind the authentication only. */
export function callerOf(context: Context): KnownCaller {
  return context.get(CALLER) as KnownCaller;
}
