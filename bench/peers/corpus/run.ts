import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { projectFile } from "../../paths.ts";
import { loadPeer } from "../../systems/load-peer.ts";
import type { Answer, Order } from "./child.ts";
import { peerFaults } from "./faults.ts";
import type { SystemName } from "./system.ts";

/** How long one fault may take in one system. */
const TIMEOUT_MS = 60_000;

const RESULTS = projectFile("test/corpus/peer-results.json");

/** The peers, by the name of their package. */
const PEERS = { "langgraph-swarm": "@langchain/langgraph-swarm", "openai-agents": "@openai/agents" } as const;

/** A process that makes faults happen, one after the other; a new one follows on one that hung or died. */
class Worker {
  #child: ChildProcess | undefined;

  async ask(order: Order): Promise<Answer> {
    const child = (this.#child ??= fork(fileURLToPath(new URL("child.ts", import.meta.url)), [], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, LANGSMITH_TRACING: "false", OPENAI_API_KEY: "" },
    }));
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<Answer & { isOver?: boolean }>((resolve) => {
      const lost = (reason: string) => resolve({ survived: false, reason, isOver: true });
      timer = setTimeout(() => lost(`it is not done after ${TIMEOUT_MS / 1_000} s`), TIMEOUT_MS);
      child.removeAllListeners("message").removeAllListeners("exit");
      child.once("message", (message) => resolve(message as Answer));
      child.once("exit", (code, signal) => lost(`its process ends with ${code ?? signal}`));
      child.send(order);
    });
    clearTimeout(timer);
    const { isOver, ...rest } = answer;
    if (isOver) this.end();
    return rest;
  }

  end(): void {
    this.#child?.removeAllListeners("exit");
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

/** No path of this machine is in a reason, and no secret of a stack. */
function shortened({ survived, reason }: Answer): Answer {
  if (reason === undefined) return { survived };
  const plain = reason.replaceAll(/(?:file:\/\/)?\/(?:[\w.@+-]+\/)+[\w.@+-]+/g, "a file");
  return { survived, reason: plain.length > 200 ? `${plain.slice(0, 200)}…` : plain };
}

function versions(): Record<string, string> {
  const read = (path: string) => JSON.parse(readFileSync(projectFile(path), "utf8")) as Record<string, unknown>;
  const own = read("package.json") as { version: string; devDependencies: Record<string, string> };
  const peers = read("bench/peers/package.json")["dependencies"] as Record<string, string>;
  return {
    swarmgraph: own.version,
    "langgraph-swarm": peers[PEERS["langgraph-swarm"]] ?? "",
    "openai-agents": peers[PEERS["openai-agents"]] ?? "",
    "@langchain/langgraph": own.devDependencies["@langchain/langgraph"] ?? "",
  };
}

/** `pnpm corpus:peers [ids]`: makes the faults happen in the peers and in ours, and writes what became of them. */
async function main(ids: readonly string[]): Promise<number> {
  for (const specifier of Object.values(PEERS)) await loadPeer(specifier);
  const results: Record<string, Record<string, Answer>> = {};
  const faults = peerFaults.filter(({ id }) => ids.length === 0 || ids.includes(id));
  let unfair = 0;
  for (const system of ["ours", ...Object.keys(PEERS)] as SystemName[]) {
    const worker = new Worker();
    for (const { id, systems } of faults) {
      if (systems !== undefined && !systems.includes(system)) continue;
      const answer = shortened(await worker.ask({ id, system }));
      process.stdout.write(`${answer.survived ? "✓" : "✗"} ${id} ${system} ${answer.reason ?? ""}\n`);
      if (system === "ours") unfair += answer.survived ? 0 : 1;
      else results[id] = { ...results[id], [system]: answer };
    }
    worker.end();
  }
  // What ours does not pass is no measure for another.
  if (unfair > 0) return 1;
  if (ids.length > 0) return 0;
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(RESULTS, `${JSON.stringify({ date, versions: versions(), results }, null, 2)}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
