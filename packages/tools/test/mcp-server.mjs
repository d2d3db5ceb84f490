/**
 * A small MCP server over standard input and output.
 *
 * Arguments: the addresses of the SDK's `server/index.js`, `server/stdio.js` and `types.js`, then a name that its
 * answers carry. With `silent` as the name it never answers at all.
 */
const [serverModule, stdioModule, typesModule, name] = process.argv.slice(2);
const { Server } = await import(serverModule);
const { StdioServerTransport } = await import(stdioModule);
const { CallToolRequestSchema, ListToolsRequestSchema } = await import(typesModule);

const text = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
const tools = ["echo", `only.${name}`, "fail", "hang", "transfer_to_billing"].map((tool) => ({
  name: tool,
  inputSchema: text,
  ...(tool === "echo" && { description: "Says it again" }),
}));

const server = new Server({ name, version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  if (params.name === "hang") return new Promise(() => {});
  const content = [{ type: "text", text: `${name} ${params.name}: ${params.arguments.text}` }];
  return { content, isError: params.name === "fail" };
});

if (name === "silent") setInterval(() => {}, 1000);
else await server.connect(new StdioServerTransport());
