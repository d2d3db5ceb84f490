/** A server that is started as a program and spoken to over its input and output. */
export interface McpStdioServer {
  readonly command: string;
  readonly args?: readonly string[];
  /** Default: a few harmless variables, not the whole environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where the program's error output goes. Default: `"ignore"`. */
  readonly stderr?: "ignore" | "inherit";
}

/** A server that is reached over streamable HTTP. */
export interface McpHttpServer {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server to connect to: a process that is started, or an address. */
export type McpServer = McpStdioServer | McpHttpServer;

/** A server as `@langchain/mcp-adapters` wants it. */
export function toConnection(server: McpServer): Readonly<Record<string, unknown>> {
  if ("url" in server) {
    return {
      transport: "http",
      automaticSSEFallback: false,
      url: server.url,
      ...(server.headers && { headers: { ...server.headers } }),
    };
  }
  const { command, args = [], env, cwd, stderr = "ignore" } = server;
  return {
    transport: "stdio",
    command,
    args: [...args],
    stderr,
    ...(env && { env: { ...env } }),
    ...(cwd !== undefined && { cwd }),
  };
}
