import { styleText } from "node:util";

/** Text in colour, or as it is. */
export interface Painter {
  bold(text: string): string;
  dim(text: string): string;
  /** In the colour that this name has had from its first use on. */
  agent(name: string): string;
  error(text: string): string;
}

const COLOURS = ["cyan", "magenta", "yellow", "green", "blue"] as const;

/** A painter with a colour for each agent. */
export function createPainter(isColoured: boolean): Painter {
  const names: string[] = [];
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: (text) => style("bold", text),
    dim: (text) => style("dim", text),
    error: (text) => style("red", text),
    agent(name) {
      if (!names.includes(name)) names.push(name);
      return style(COLOURS[names.indexOf(name) % COLOURS.length] ?? "cyan", name);
    },
  };
}
