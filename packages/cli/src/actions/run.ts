import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { jsonlMapper, recordEvents, SwarmMemorySaver, terminalMapper } from "swarmgraph";
import type { EventMapper, PendingInterrupt, SwarmEvent, SwarmGraph } from "swarmgraph";
import { decideAll, describeWait } from "../answers.ts";
import { CliError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { messageOf } from "../explain.ts";
import { outputOf, readAll } from "../io.ts";
import type { Io, Output } from "../io.ts";
import { loadSwarm } from "../load/load-swarm.ts";
import { runTurn } from "../turn.ts";
import type { TurnInput } from "../turn.ts";
import type { RunOptions } from "../commands/run.ts";

/** Runs one turn and shows it. Gives the exit code. */
export async function runOnce(
  io: Io,
  { file, message }: { readonly file: string; readonly message: string | undefined },
  options: RunOptions,
): Promise<number> {
  const output = outputOf(io, options);
  const text = await textOf(io, message);
  const swarm = await loadSwarm(file, io);
  const graph = swarm.compile(new SwarmMemorySaver());
  const show = shower(output, io, graph);
  const recording = options.record === undefined ? undefined : await openRecording(options.record);
  try {
    const interrupts = await converse(graph, text, { io, options, show, recording });
    if (interrupts === undefined) return EXIT.ok;
    throw new CliError("ANSWER_NEEDED", `the run stopped: it waits for ${describeWait(interrupts)}.`, {
      hint: "Pass --approve to grant approvals, or use `swarmgraph chat`, which asks.",
      exitCode: EXIT.failed,
    });
  } finally {
    await recording?.close();
  }
}

/** Runs the turn, and goes on after approvals where they are granted. Gives what it waits for at last. */
async function converse(
  graph: SwarmGraph,
  text: string,
  at: {
    readonly io: Io;
    readonly options: RunOptions;
    readonly show: (event: SwarmEvent) => void;
    readonly recording: Recording | undefined;
  },
): Promise<readonly PendingInterrupt[] | undefined> {
  const { io, options, recording } = at;
  const { thread: threadId = randomUUID(), granularity, prompts: modelCalls } = options;
  let input: TurnInput | undefined = text;
  let waits: readonly PendingInterrupt[] | undefined;
  while (input !== undefined) {
    waits = undefined;
    const events = runTurn(graph, input, { threadId, signal: io.signal, granularity, modelCalls });
    for await (const event of recording === undefined ? events : recordEvents(events, recording.write)) {
      at.show(event);
      if (event.type === "run.interrupted") waits = event.interrupts;
    }
    input = options.approve === true && waits !== undefined ? decideAll(waits, true) : undefined;
  }
  return waits;
}

/** Shows events one by one: as lines for a reader, or as the lines of a recording. */
function shower(output: Output, io: Io, graph: SwarmGraph): (event: SwarmEvent) => void {
  const mapper: EventMapper<string> = output.json
    ? jsonlMapper({ definition: graph.definition })
    : terminalMapper({ color: output.paint.isColorSupported, width: io.width });
  return (event) => {
    // An error ends the program, and is told there.
    if (event.type === "run.error" && !output.json) return;
    for (const line of mapper.push(event)) output.line(line);
  };
}

async function textOf(io: Io, message: string | undefined): Promise<string> {
  const isTyped = (io.stdin as { isTTY?: boolean }).isTTY === true;
  if (message === undefined && isTyped) {
    throw new CliError("USAGE", "there is no message.", { hint: 'Pass one: swarmgraph run <file> "Hello".' });
  }
  const text = message === undefined || message === "-" ? await readAll(io.stdin) : message;
  if (text.trim() === "") throw new CliError("USAGE", "the message is empty.", { hint: "Say something." });
  return text;
}

interface Recording {
  readonly write: (line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One file may hold several runs: only the first of them writes the header. */
async function openRecording(path: string): Promise<Recording> {
  const file = await open(path, "w").catch((cause: unknown) => {
    throw new CliError("FILE_MISSING", `"${path}" cannot be written: ${messageOf(cause)}.`, {
      hint: "Name a file in a directory that is there.",
      cause,
    });
  });
  let hasHeader = false;
  return {
    write: async (line) => {
      const isHeader = line.startsWith('{"format":');
      if (!isHeader || !hasHeader) await file.write(line);
      hasHeader ||= isHeader;
    },
    close: () => file.close(),
  };
}
