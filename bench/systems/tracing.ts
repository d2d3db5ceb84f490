import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { SwarmGraph } from "swarmgraph";
import { projectFile } from "../paths.ts";
import { Skip } from "../skip.ts";

/** A compiled swarm as `@swarmgraph/otel` runs it. */
export interface Tracing {
  readonly traced: Pick<SwarmGraph, "invoke">;
  close(): Promise<void>;
}

/** The part of `@swarmgraph/otel` that is measured. */
interface Otel {
  traced(graph: SwarmGraph, options: { readonly tracer?: unknown }): Pick<SwarmGraph, "invoke">;
}

interface TraceSdk {
  readonly BasicTracerProvider: new (options: { readonly spanProcessors: readonly object[] }) => {
    getTracer(name: string): unknown;
    shutdown(): Promise<void>;
  };
  readonly BatchSpanProcessor: new (exporter: object) => object;
}

interface Api {
  readonly context: { setGlobalContextManager(manager: object): boolean };
}

interface ContextManagers {
  readonly AsyncLocalStorageContextManager: new () => { enable(): object };
}

/** Takes spans and sends them nowhere: what a collector costs is its own. */
const NOWHERE = {
  export: (_spans: readonly object[], done: (result: { code: number }) => void) => done({ code: 0 }),
  shutdown: async () => {},
};

/**
 * A compiled swarm, traced: without any SDK, as where nobody has asked for traces, or with one that makes spans of every run
 * and sends them in batches.
 *
 * @throws Skip if the package is not built.
 */
export async function openTracing(graph: SwarmGraph, isUsed: boolean): Promise<Tracing> {
  const { traced } = await load<Otel>("packages/otel/dist/index.js");
  if (!isUsed) return { traced: traced(graph, {}), close: async () => {} };
  const { BasicTracerProvider, BatchSpanProcessor } = await load<TraceSdk>("@opentelemetry/sdk-trace-base");
  const { AsyncLocalStorageContextManager } = await load<ContextManagers>("@opentelemetry/context-async-hooks");
  const { context } = await load<Api>("@opentelemetry/api");
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(NOWHERE)] });
  return { traced: traced(graph, { tracer: provider.getTracer("bench") }), close: () => provider.shutdown() };
}

/** A file of the project, or a package as `@swarmgraph/otel` finds it. */
async function load<T>(place: string): Promise<T> {
  const require = createRequire(projectFile("packages/otel/package.json"));
  try {
    const url = place.startsWith("packages/") ? projectFile(place) : pathToFileURL(require.resolve(place));
    return (await import(url.href)) as T;
  } catch (error) {
    throw new Skip("@swarmgraph/otel is not built, or OpenTelemetry's SDK is not there", { cause: error });
  }
}
