import { Option } from "commander";
import type { Command } from "commander";
import type { Direction, Theme } from "@swarmgraph/draw";
import { examples, names } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

const FORMATS = ["ascii", "mermaid", "svg", "dot", "json", "png"] as const;

/** What a drawing is written as. */
export type Format = (typeof FORMATS)[number];

/** What may be shown beside agents and edges. */
export const SHOW = ["tools", "handoffTools", "approvals", "descriptions", "start", "end"] as const;
/** The options of `draw`. */
export interface DrawOptions extends GlobalOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly show?: readonly string[];
  readonly highlight?: readonly string[];
  readonly direction?: Direction;
  readonly theme?: Theme;
}

/** Adds `draw`: a picture of a swarm from its definition. */
export function addDraw(program: Command, { io, end }: Context): void {
  program
    .command("draw")
    .description("draw the swarm: its agents, and who may hand off to whom")
    .argument("<file>", "the swarm: file, or file#export")
    .addOption(new Option("--format <format>", "default: by the ending of --out, else ascii").choices(FORMATS))
    .option("--out <file>", "where it is written; default: the standard output")
    .option("--show <what>", `only these beside agents and edges, by commas: ${SHOW.join(", ")}, or none`, names)
    .option("--highlight <names>", "agents, and edges as from->to, by commas", names)
    .addOption(new Option("--direction <direction>", "top to bottom, or left to right").choices(["TB", "LR"]))
    .addOption(new Option("--theme <theme>", "svg, png: the colours").choices(["light", "dark", "auto"]))
    .addHelpText(
      "after",
      examples(
        "swarmgraph draw desk.ts",
        "swarmgraph draw desk.ts --out desk.svg --highlight 'billing,triage->billing'",
        "swarmgraph draw desk.ts --format mermaid --show none",
      ),
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { draw } = await import("../actions/draw.ts");
      end(await draw(io, file, command.optsWithGlobals<DrawOptions>()));
    });
}
