import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";

/** What stands in LangChain's storage for runs that nobody heard of when they began. */
const quiet = new WeakSet<object>();

function current(): unknown {
  return AsyncLocalStorageProviderSingleton.getInstance().getStore();
}

/**
 * Says that nobody hears of the run that the code is in. Whoever sets a context variable in it, or begins a run within it,
 * has something else in LangChain's storage from then on, of which nothing is said.
 */
export function beginQuietly(): void {
  const store = current();
  if (typeof store === "object" && store !== null) quiet.add(store);
}

/** Whether the code is in a run that {@link beginQuietly} was said of. `false` says nothing. */
export function isQuiet(): boolean {
  const store = current();
  return typeof store === "object" && store !== null && quiet.has(store);
}
