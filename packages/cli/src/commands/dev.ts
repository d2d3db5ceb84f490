import type { Command } from "commander";
import { examples, port } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** The options of `dev`. */
export interface DevOptions extends GlobalOptions {
  readonly port: number;
  readonly reload: boolean;
}

/** Adds `dev`: the inspector and the server's routes, with the swarm loaded anew whenever it changes. */
export function addDev(program: Command, { io, end }: Context): void {
  program
    .command("dev")
    .description("serve the swarm on this machine: the inspector's page, /events, /v1/chat/completions, /ag-ui")
    .argument("<file>", "the swarm: file, or file#export")
    .option("--port <port>", "the port, 0 for any that is free", port, 8787)
    .option("--no-reload", "keep the swarm as it was loaded")
    .addHelpText(
      "after",
      `${examples("swarmgraph dev desk.ts", "swarmgraph dev desk.ts --port 0 --json")}

The page's address holds a secret. It shows the runs of the other routes as they happen, and loads itself anew with the
swarm. Conversations last while the server runs, also over a reload, unless the swarm has a
checkpointer of its own. Ctrl-C ends it.`,
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { dev } = await import("../actions/dev.ts");
      end(await dev(io, file, command.optsWithGlobals<DevOptions>()));
    });
}
