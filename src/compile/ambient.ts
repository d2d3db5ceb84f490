import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { merged } from "../define/merged.ts";

/** What LangChain keeps in its storage for a run that nobody traces. */
interface Root {
  readonly extra: Readonly<Record<PropertyKey, unknown>>;
}

/** One of LangChain's roots without a config, and the key that it keeps the config under. */
let known: { readonly root: Root; readonly key: PropertyKey } | undefined;

/**
 * Runs `fn` with a config in LangChain's storage, where tools and models find it: what `runWithConfig` does, for runs
 * without callbacks. The root that LangChain makes each time costs as much as a hop; it is made once, and copied.
 */
export function withAmbient<T>(config: object, fn: () => Promise<T>): Promise<T> {
  const storage = AsyncLocalStorageProviderSingleton.getInstance();
  // Inside another run there may be context variables, which LangChain hands on itself.
  if (storage.getStore() !== undefined) return AsyncLocalStorageProviderSingleton.runWithConfig(config, fn);
  if (known === undefined) {
    return AsyncLocalStorageProviderSingleton.runWithConfig(config, () => {
      known = rootOf(storage.getStore() as Root | undefined, config);
      return fn();
    });
  }
  const { root, key } = known;
  return storage.run(copyOf(root, merged(root.extra, { [key]: config })), fn);
}

function rootOf(store: Root | undefined, config: object): typeof known {
  const key = Reflect.ownKeys(store?.extra ?? {}).find((one) => store?.extra[one] === config);
  if (store === undefined || key === undefined) return undefined;
  const { [key]: _config, ...extra } = store.extra;
  return { root: copyOf(store, extra), key };
}

function copyOf(root: Root, extra: Root["extra"]): Root {
  // It has some thirty fields: V8 clones them at once, and takes ten times as long to assign them to another object.
  return Object.setPrototypeOf({ ...root, extra }, Object.getPrototypeOf(root) as object) as Root;
}
