import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { mcpTools } from "../src/mcp/index.ts";
import type { McpServer, McpTools, McpToolsOptions } from "../src/mcp/index.ts";
import { toConnection } from "../src/mcp/mcp-server.ts";
import { answer, serve } from "./loopback.ts";

// Each server is a process, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const adapters = createRequire(createRequire(import.meta.url).resolve("@langchain/mcp-adapters"));
const sdk = ["server/index.js", "server/stdio.js", "types.js"].map(
  (file) => pathToFileURL(adapters.resolve(`@modelcontextprotocol/sdk/${file}`)).href,
);
const program = fileURLToPath(new URL("./mcp-server.mjs", import.meta.url));
const server = (name: string): McpServer => ({ command: process.execPath, args: [program, ...sdk, name] });

const open: McpTools[] = [];

async function connect(options: McpToolsOptions): Promise<McpTools> {
  const connected = await mcpTools(options);
  open.push(connected);
  return connected;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

const find = ({ tools }: McpTools, name: string) => {
  const found = tools.find((tool) => tool.name === name);
  return found ?? expect.fail(`no tool ${name} among ${tools.map((tool) => tool.name).join(", ")}`);
};

describe("mcpTools", () => {
  it("makes tools of one server, with legal names, and calls them", async () => {
    const mcp = await connect({ servers: { a: server("a") } });
    expect(mcp.tools.map(({ name }) => name)).toEqual(["echo", "only_a", "fail", "hang", "transfer_to_billing"]);
    expect(await find(mcp, "echo").invoke({ text: "hi" })).toBe("a echo: hi");
    expect(await find(mcp, "only_a").invoke({ text: "hi" })).toBe("a only.a: hi");
    expect(find(mcp, "echo").description).toBe("Says it again");
    expect(find(mcp, "only_a").description).toBe('Tool "only.a" of the server "a"');
    expect(find(mcp, "only_a").metadata).toMatchObject({ mcp: { server: "a", tool: "only.a" } });
  });

  it("puts the server in front of a name that two servers use", async () => {
    const mcp = await connect({ servers: { a: server("a"), "b.c": server("b") } });
    expect(mcp.tools.map(({ name }) => name).slice(0, 6)).toEqual([
      "a_echo",
      "only_a",
      "a_fail",
      "a_hang",
      "a_transfer_to_billing",
      "b_c_echo",
    ]);
    expect(await find(mcp, "a_echo").invoke({ text: "x" })).toBe("a echo: x");
    expect(await find(mcp, "b_c_echo").invoke({ text: "x" })).toBe("b echo: x");
  });

  it("leaves a tool called transfer_to_… an ordinary tool", async () => {
    const mcp = await connect({ servers: { a: server("a") } });
    expect(await find(mcp, "transfer_to_billing").invoke({ text: "x" })).toBe("a transfer_to_billing: x");
  });

  it("rejects where the server answers with an error", async () => {
    const mcp = await connect({ servers: { a: server("a") } });
    await expect(find(mcp, "fail").invoke({ text: "no" })).rejects.toThrow("a fail: no");
    await expect(find(mcp, "echo").invoke({})).rejects.toThrow("schema");
    expect(await find(mcp, "echo").invoke({ text: "on" })).toBe("a echo: on");
  });

  it("rejects a call that takes too long, and one that is aborted", async () => {
    const mcp = await connect({ servers: { a: server("a") }, timeoutMs: 3000 });
    await expect(find(mcp, "hang").invoke({ text: "x" }, { timeout: 100 })).rejects.toThrow(/time|abort/i);
    await expect(find(mcp, "hang").invoke({ text: "x" }, { signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /time|abort/i,
    );
    expect(await find(mcp, "echo").invoke({ text: "on" })).toBe("a echo: on");
  });

  it("rejects calls after close, which may be called again", async () => {
    const mcp = await connect({ servers: { a: server("a") } });
    await mcp.close();
    await mcp.close();
    await expect(find(mcp, "echo").invoke({ text: "x" })).rejects.toThrow("Not connected");
  });

  it("names the server that cannot be used", async () => {
    const servers = { good: server("a"), bad: { command: "/no/such/program" } };
    await expect(mcpTools({ servers })).rejects.toMatchObject({
      code: "MCP_CONNECT_FAILED",
      message: 'MCP server "bad" cannot be used; check its command or url.',
    });
  });

  it("gives up a server that does not answer, in time or by the signal", async () => {
    const { baseURL } = await serve(() => undefined);
    const servers = { slow: { url: baseURL } };
    await expect(mcpTools({ servers, timeoutMs: 100 })).rejects.toMatchObject({
      code: "MCP_CONNECT_FAILED",
      message: expect.stringContaining('"slow" did not answer within 100 ms') as string,
    });
    const reason = new Error("stopped");
    const controller = new AbortController();
    const connecting = mcpTools({ servers, signal: controller.signal });
    controller.abort(reason);
    await expect(connecting).rejects.toBe(reason);
    await expect(mcpTools({ servers, signal: controller.signal })).rejects.toBe(reason);
  });

  it("speaks to a server over HTTP, with its headers", async () => {
    const { baseURL, received } = await serve(answer(401, "no"));
    const headers = { authorization: "Bearer t" };
    await expect(mcpTools({ servers: { web: { url: `${baseURL}/mcp`, headers } } })).rejects.toMatchObject({
      code: "MCP_CONNECT_FAILED",
    });
    expect(received[0]?.headers.authorization).toBe("Bearer t");
  });

  it("says what to install where the adapters are not there", async () => {
    const importModule = () => Promise.reject(new Error("not found"));
    await expect(mcpTools({ servers: {}, importModule })).rejects.toMatchObject({
      code: "MCP_PEER_MISSING",
      message: "MCP servers need @langchain/mcp-adapters beside @swarmgraph/tools; install it.",
    });
  });

  it("has no tools without servers", async () => {
    expect((await connect({ servers: {} })).tools).toEqual([]);
  });
});

describe("toConnection", () => {
  it("passes on what is given, and keeps a program's error output away", () => {
    const env = { A: "1" };
    expect(toConnection({ command: "x", env, cwd: "/", stderr: "inherit" })).toEqual({
      transport: "stdio",
      command: "x",
      args: [],
      env,
      cwd: "/",
      stderr: "inherit",
    });
    expect(toConnection({ command: "x", args: ["y"] })).toEqual({
      transport: "stdio",
      command: "x",
      args: ["y"],
      stderr: "ignore",
    });
    expect(toConnection({ url: "http://x" })).toEqual({
      transport: "http",
      automaticSSEFallback: false,
      url: "http://x",
    });
  });
});
