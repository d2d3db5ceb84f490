import { parseArgs } from "node:util";
import { Agents, Conversations, serve } from "@swarmgraph/server";
import type { ServerFailure } from "@swarmgraph/server";
import { servedTools } from "./serve/built-in.ts";
import { servedModels } from "./serve/model-for.ts";

const USAGE = `Serves Mistral's Agents and Conversations on any model.

  pnpm serve [--port 8787] [--host 127.0.0.1]

SWARMGRAPH_API_KEY   the key that clients need; without one only this machine is answered
OPENAI_API_KEY, MISTRAL_API_KEY, ANTHROPIC_API_KEY, OPENAI_BASE_URL, SWARMGRAPH_MODEL
                     the model; without any of them the local router, which is no language model
SEARXNG_URL, TAVILY_API_KEY, BRAVE_API_KEY, EXA_API_KEY
                     the web search; without any of them a small bundled collection

Agents, conversations and files are kept in memory, and end with the process.
`;

/** The port and the host that the command line asks for; `undefined` where it asks for help. */
function read(args: readonly string[]): { port: number; hostname: string } | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== "--"),
    options: { port: { type: "string" }, host: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) return undefined;
  const { port = "8787", host = "127.0.0.1" } = values;
  if (!/^\d{1,5}$/u.test(port) || Number(port) > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not "${port}".`);
  }
  return { port: Number(port), hostname: host };
}

/** One line for the operator; a client is told less. */
function log({ method, path, error }: ServerFailure): void {
  const causes: string[] = [];
  for (let next = error; next instanceof Error; next = next.cause) causes.push(next.message);
  process.stderr.write(`${method} ${path}: ${causes.join(" ")}\n`);
}

async function main(): Promise<void> {
  const where = read(process.argv.slice(2));
  if (where === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const { modelFor, notice } = servedModels();
  const { builtIn, files } = servedTools();
  const agents = new Agents();
  const conversations = new Conversations({ agents, modelFor, builtIn });
  const apiKey = process.env["SWARMGRAPH_API_KEY"];
  const server = await serve({ agents, conversations, files, apiKey, onFailure: log, ...where });
  // A second signal ends the process at once.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
  process.stdout.write(`Mistral's Agents and Conversations at ${server.url}\n${notice}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
