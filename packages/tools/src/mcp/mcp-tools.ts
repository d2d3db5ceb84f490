import { DynamicStructuredTool } from "@langchain/core/tools";
import { ToolsError } from "../errors.ts";
import { importModule } from "../import-module.ts";
import type { ImportModule } from "../import-module.ts";
import { wholeNumber } from "../options.ts";
import { toConnection } from "./mcp-server.ts";
import type { McpServer } from "./mcp-server.ts";
import { nameTools } from "./tool-names.ts";

/** Options of {@link mcpTools}. */
export interface McpToolsOptions {
  /** The servers, each under a name of yours that stands before a tool's name where two tools share one. */
  readonly servers: Readonly<Record<string, McpServer>>;
  /** Aborts the connecting; a call of a tool takes the signal of its own call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for connecting to a server, and for each call of a tool. Default: 30 000. */
  readonly timeoutMs?: number;
  /** Loads the optional `@langchain/mcp-adapters`. Default: `import`. */
  readonly importModule?: ImportModule;
}

/** Tools of MCP servers, and the way to let go of them. */
export interface McpTools {
  /**
   * In the order of the servers and of their lists; `metadata.mcp` holds `{ server, tool }`, the name on the server. A
   * call rejects where the server answers with an error, not in time, or after `close`.
   */
  readonly tools: readonly DynamicStructuredTool[];
  /** Ends the connections and the programs that were started. May be called again. */
  close(): Promise<void>;
}

/** The part of a client of `@langchain/mcp-adapters` that is used; one for each server, so that each is named in errors. */
interface Client {
  getTools(): Promise<DynamicStructuredTool[]>;
  close(): Promise<void>;
}

type ClientClass = new (config: Readonly<Record<string, unknown>>) => Client;

/**
 * Connects to MCP servers and makes LangChain tools of theirs. Rejects with `MCP_PEER_MISSING` where
 * `@langchain/mcp-adapters` is not installed, with `MCP_CONNECT_FAILED` where any server cannot be used, and with the
 * signal's reason; whatever was connected by then is closed. A tool that a server calls `transfer_to_…` is a tool like
 * any other: handoffs are known by their making, not by their name.
 *
 * @example
 * ```ts
 * import { mcpTools } from "@swarmgraph/tools/mcp";
 *
 * const { tools, close } = await mcpTools({ servers: {} });
 * tools.length; // 0
 * await close();
 * ```
 */
export async function mcpTools(options: McpToolsOptions): Promise<McpTools> {
  const { signal } = options;
  const timeoutMs = wholeNumber("timeoutMs", options.timeoutMs ?? 30_000);
  signal?.throwIfAborted();
  const Client = await loadClientClass(options.importModule ?? importModule);
  const clients = Object.entries(options.servers).map(([server, connection]) => ({
    server,
    client: new Client({ mcpServers: { [server]: toConnection(connection) }, defaultToolTimeout: timeoutMs }),
  }));
  const close = async (): Promise<void> => {
    await Promise.allSettled(clients.map(({ client }) => client.close()));
  };
  try {
    const lists = await Promise.all(clients.map((each) => list(each.server, each.client, { signal, timeoutMs })));
    return { tools: rename(lists.flat()), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function loadClientClass(load: ImportModule): Promise<ClientClass> {
  try {
    return ((await load("@langchain/mcp-adapters")) as { readonly MultiServerMCPClient: ClientClass })
      .MultiServerMCPClient;
  } catch (cause) {
    throw new ToolsError(
      "MCP_PEER_MISSING",
      "MCP servers need @langchain/mcp-adapters beside @swarmgraph/tools; install it.",
      {
        cause,
      },
    );
  }
}

interface Found {
  readonly server: string;
  readonly name: string;
  readonly tool: DynamicStructuredTool;
}

async function list(
  server: string,
  client: Client,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<Found[]> {
  const connecting = client.getTools();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const tools = await Promise.race([connecting, aborted(limit.signal), ...(signal ? [aborted(signal)] : [])]);
    return tools.map((tool) => ({ server, name: tool.name, tool }));
  } catch (cause) {
    // A client that connects after all is let go of then.
    void connecting.then(() => client.close()).catch(() => undefined);
    signal?.throwIfAborted();
    const why = limit.signal.aborted ? `did not answer within ${timeoutMs} ms` : "cannot be used";
    throw new ToolsError("MCP_CONNECT_FAILED", `MCP server "${server}" ${why}; check its command or url.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function rename(found: readonly Found[]): DynamicStructuredTool[] {
  const names = nameTools(found);
  return found.map(({ server, name, tool }, at) => {
    const { schema, func, description, responseFormat, metadata, defaultConfig } = tool;
    return new DynamicStructuredTool({
      name: names[at] ?? name,
      description: description || `Tool "${name}" of the server "${server}"`,
      schema,
      func,
      metadata: { ...metadata, mcp: { server, tool: name } },
      ...(responseFormat !== undefined && { responseFormat }),
      ...(defaultConfig && { defaultConfig }),
    });
  });
}
