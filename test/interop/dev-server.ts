import { spawn } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const graphs = resolve(here, "../../graphs");
const command = join(here, "node_modules/@langchain/langgraph-cli/dist/cli/cli.mjs");

/** `@langchain/langgraph-cli`'s in-memory server, running. */
export interface DevServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Kills it, with everything that it started. */
  stop(): Promise<void>;
}

/**
 * Starts LangGraph's dev server on the repository's `langgraph.json`, and on a graph of the tests' beside. One that ends
 * by itself before it answers is started again, twice at most: on a busy machine its command line has failed to find a
 * package of LangChain's that is there.
 */
export async function startDevServer(): Promise<DevServer> {
  for (let start = 1; ; start += 1) {
    const started = await startOnce();
    if (typeof started !== "string") return started;
    if (start < 3) continue;
    const core = await realpath(join(here, "node_modules/@langchain/core"));
    throw new Error(`the dev server ended ${start} times as it started, with @langchain/core in ${core}:\n${started}`);
  }
}

/** @returns what the server wrote, if it ended before it answered. */
async function startOnce(): Promise<DevServer | string> {
  // The server writes where its configuration lies, and looks for LangGraph there too.
  const folder = await mkdtemp(join(tmpdir(), "swarmgraph-dev-"));
  await symlink(join(graphs, "node_modules"), join(folder, "node_modules"));
  const config = JSON.parse(await readFile(join(graphs, "langgraph.json"), "utf8")) as {
    graphs: Record<string, string>;
  };
  const absolute = Object.entries(config.graphs).map(([name, path]) => [name, join(graphs, path)]);
  const all = { ...Object.fromEntries(absolute), desk: `${join(here, "desk.ts")}:graph` };
  await writeFile(join(folder, "langgraph.json"), JSON.stringify({ ...config, graphs: all }));
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const child = spawn(
    process.execPath,
    [
      command,
      "dev",
      "--no-browser",
      "--no-reload",
      "--host",
      "127.0.0.1",
      "--port",
      `${port}`,
      "--studio-url",
      "http://127.0.0.1",
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      // No key of a provider's or of LangSmith's: neither is to be called.
      env: {
        PATH,
        HOME,
        NODE_OPTIONS: "--conditions=swarmgraph-source",
        LANGGRAPH_CLI_NO_ANALYTICS: "1",
      },
    },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const isOver = new Promise<void>((done) => child.once("close", () => done()));
  const kill = () => killGroup(child.pid);
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await isOver;
    process.off("exit", kill);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`${url}/ok`).catch(() => undefined);
    if (answer?.ok) return { url, stop };
    await new Promise((wake) => setTimeout(wake, 250));
  }
  const hasEnded = child.exitCode !== null;
  await stop();
  if (hasEnded) return output;
  throw new Error(`the dev server did not answer within 50 s:\n${output}`);
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
