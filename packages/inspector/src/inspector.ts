import { createHash, timingSafeEqual } from "node:crypto";
import { follow } from "./follow.ts";
import { graphData } from "./graph-data.ts";
import type { GraphData } from "./graph-data.ts";
import { refusalOf } from "./guard.ts";
import { resolveOptions } from "./options.ts";
import type { InspectableGraph, InspectorOptions, ResolvedOptions } from "./options.ts";
import { PageFiles } from "./page-files.ts";
import { failure, json, Refusal, respond } from "./respond.ts";
import { runEvents } from "./run-events.ts";
import { readObject, threadIdOf } from "./run-request.ts";
import { forkAt, historyOf, stateOf } from "./threads.ts";

/** Answers the requests below {@link Inspector.path}, and 404 to any other. Never rejects. */
export interface Inspector {
  (request: Request): Promise<Response>;
  /** The page's path, with its token: `/<token>/`. */
  readonly path: string;
}

/**
 * A page that shows a swarm at work, as a handler for any server. The page's address holds a secret; who does not know it
 * is told 404. Only this machine's own names and the listed hosts are answered.
 *
 * @param graph what `compile()` gives; `undefined` to show a recording alone.
 * @throws InspectorError `OPTION_INVALID`.
 * @example
 * ```ts
 * import { inspector } from "@swarmgraph/inspector";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const page = inspector(swarm.compile());
 * const response = await page(new Request(`http://localhost${page.path}`));
 * response.status; // 200
 * ```
 */
export function inspector(graph: InspectableGraph | undefined, options: InspectorOptions = {}): Inspector {
  const resolved = resolveOptions(options);
  const site = new Site(graph, resolved);
  const handler = async (request: Request): Promise<Response> => {
    try {
      return await site.answer(request);
    } catch (error) {
      return failure(error);
    }
  };
  return Object.assign(handler, { path: resolved.path });
}

class Site {
  readonly #graph: InspectableGraph | undefined;
  readonly #options: ResolvedOptions;
  readonly #files = new PageFiles();
  #data: GraphData | undefined;

  constructor(graph: InspectableGraph | undefined, options: ResolvedOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  async answer(request: Request): Promise<Response> {
    const refusal = refusalOf(request, this.#options.hosts);
    if (refusal !== undefined) throw new Refusal(403, "HOST_REFUSED", refusal);
    const url = new URL(request.url);
    const [first = "", ...rest] = this.#partsOf(url.pathname);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && rest.length === 0) {
      const file = await this.#read(first);
      if (file !== undefined) return file;
    }
    if (first === "feed" && request.method === "GET" && rest.length === 0)
      return follow(request, this.#options, this.#graphData().version);
    if (first === "run" && rest.length === 0) return this.#run(request);
    if (first === "threads" && rest.length === 2) return this.#thread(request, url, rest);
    throw new Refusal(404, "NOT_FOUND", "There is nothing here.");
  }

  /** The decoded parts of the path below the page's own. */
  #partsOf(pathname: string): string[] {
    const { path, token } = this.#options;
    const base = path.slice(0, -token.length - 1);
    const given = pathname.startsWith(base) ? pathname.slice(base.length) : "";
    const [secret = "", ...parts] = given.split("/");
    if (!isSame(secret, token) || parts.length === 0) throw new Refusal(404, "NOT_FOUND", "There is nothing here.");
    try {
      return parts.map(decodeURIComponent);
    } catch {
      throw new Refusal(400, "REQUEST_INVALID", "The path is not encoded well.");
    }
  }

  async #read(name: string): Promise<Response | undefined> {
    if (name === "graph") return json(this.#graphData());
    if (name === "recording") return this.#recording();
    return this.#files.get(name);
  }

  #graphData(): GraphData {
    return (this.#data ??= graphData(this.#graph, this.#options));
  }

  async #recording(): Promise<Response> {
    const { recording } = this.#options;
    if (recording === undefined) throw new Refusal(404, "RECORDING_MISSING", "No recording was given.");
    const text = typeof recording === "string" ? recording : await recording();
    return respond(text, "application/x-ndjson; charset=utf-8");
  }

  async #run(request: Request): Promise<Response> {
    this.#assertWrites(request);
    if (this.#graph === undefined)
      throw new Refusal(404, "GRAPH_MISSING", "There is a recording, and no swarm to run.");
    return runEvents(this.#graph, request, this.#options);
  }

  async #thread(request: Request, url: URL, [id, what]: readonly string[]): Promise<Response> {
    const threadId = threadIdOf(id);
    if (what === "fork") {
      this.#assertWrites(request);
      const { checkpointId } = await readObject(request, this.#options.maxBodyBytes);
      if (typeof checkpointId !== "string") {
        throw new Refusal(400, "REQUEST_INVALID", "checkpointId has to be the id of the checkpoint to go on from.");
      }
      return json(await forkAt(this.#graph, threadId, checkpointId));
    }
    const checkpointId = url.searchParams.get("checkpoint") ?? undefined;
    if (what === "state") return json(await stateOf(this.#graph, threadId, checkpointId));
    if (what === "history") return json(await historyOf(this.#graph, threadId, limitOf(url)));
    throw new Refusal(404, "NOT_FOUND", "There is nothing here.");
  }

  #assertWrites({ method }: Request): void {
    if (method !== "POST") throw new Refusal(405, "METHOD_REFUSED", "This takes POST only.");
    if (this.#options.readOnly) {
      throw new Refusal(403, "READ_ONLY", "This inspector is read-only: nothing is run or changed from here.");
    }
  }
}

function limitOf(url: URL): number | undefined {
  const limit = Number(url.searchParams.get("limit") ?? Number.NaN);
  return Number.isInteger(limit) && limit > 0 && limit <= 1_000 ? limit : undefined;
}

/** Compares in a time that tells nothing of where they differ. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
