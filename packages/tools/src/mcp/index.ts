/**
 * Tools of MCP servers as LangChain tools.
 *
 * @module @swarmgraph/tools/mcp
 */
export type { ImportModule } from "../import-module.ts";
export type { McpHttpServer, McpServer, McpStdioServer } from "./mcp-server.ts";
export { mcpTools } from "./mcp-tools.ts";
export type { McpTools, McpToolsOptions } from "./mcp-tools.ts";
