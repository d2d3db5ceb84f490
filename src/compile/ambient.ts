import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";

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
  return storage.run(copyOf(root, { ...root.extra, [key]: config }), fn);
}

function rootOf(store: Root | undefined, config: object): typeof known {
  const key = Reflect.ownKeys(store?.extra ?? {}).find((one) => store?.extra[one] === config);
  if (store === undefined || key === undefined) return undefined;
  const { [key]: _config, ...extra } = store.extra;
  return { root: copyOf(store, extra), key };
}

function copyOf(root: Root, extra: Root["extra"]): Root {
  const copy = Object.create(Object.getPrototypeOf(root) as object) as { -readonly [K in keyof Root]: Root[K] };
  // It has some thirty fields, with which Object.assign takes three times as long.
  for (const field of Object.keys(root) as (keyof Root)[]) copy[field] = root[field];
  copy.extra = extra;
  return copy;
}
