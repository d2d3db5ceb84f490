import type { DrawFormat, SwarmLayout } from "@swarmgraph/draw";
import { parseXml } from "./parse-xml.ts";

/** What a drawing says: its agents by name, and the edges between them. Read back from the text, format by format. */
export interface Read {
  readonly agents: readonly string[];
  readonly edges: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&" };

/** Reads a drawing back. `ascii` shows names that are one visible line as they are; only for such may it be asked. */
export function readDrawing(format: DrawFormat, text: string): Read {
  return READ[format](text);
}

/** An edge as one text, which no two pairs of names share. */
export function pair(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

const READ: Readonly<Record<DrawFormat, (text: string) => Read>> = {
  json: (text) => {
    const { nodes, edges } = JSON.parse(text) as SwarmLayout;
    const agents = new Map(nodes.filter(({ kind }) => kind === "agent").map(({ id }) => [id, id]));
    return toRead(
      agents,
      edges.map(({ from, to }) => [from, to]),
    );
  },
  svg: (text) => {
    const elements = parseXml(text);
    const agents = elements.flatMap(({ attributes }) => attributes.get("data-agent") ?? []);
    const edges = elements.filter(({ attributes }) => attributes.has("data-edge"));
    return toRead(
      new Map(agents.map((name) => [name, name])),
      edges.map(({ attributes }) => [attributes.get("data-from"), attributes.get("data-to")]),
    );
  },
  mermaid: (text) => {
    const boxes = [...text.matchAll(/^ {2}(a\d+)\["(.*?)(?:<br\/>.*)?"\]/gm)];
    const agents = boxes.map(([, id, label = ""]) => [id, label.replace(/#(\d+);/g, fromCode)] as const);
    const edges = [...text.matchAll(/^ {2}(\w+) (?:-->|-\.->|-\.-x)(?:\|".*"\|)? (\w+)$/gm)];
    return toRead(
      new Map(agents),
      edges.map(([, from, to]) => [from, to]),
    );
  },
  dot: (text) => {
    const boxes = [...text.matchAll(/^ {2}(n\d+) \[label="((?:[^"\\]|\\.)*)"(.*)\]$/gm)];
    const agents = boxes.filter(([, , , more]) => !more?.includes("shape=oval"));
    const edges = [...text.matchAll(/^ {2}(n\d+) -> (n\d+) \[/gm)];
    return toRead(
      new Map(agents.map(([, id, label = ""]) => [id, fromDot(label)])),
      edges.map(([, from, to]) => [from, to]),
    );
  },
  ascii: (text) => {
    const agents = [...text.matchAll(/^\[(.*)\]/gm)].map(([, name = ""]) => name);
    const edges = text.split(/\n\n/).flatMap((block) => {
      const [, from] = /^\[(.*)\]/.exec(block) ?? [];
      const arrows = [...block.matchAll(/^ {2}(?:-->|\.\.>|--x) (.*)$/gm)].map(([, target = ""]) => target);
      return arrows.map((arrow) => [from, agents.find((name) => arrow === name || arrow.startsWith(`${name} (`))]);
    });
    return toRead(new Map(agents.map((name) => [name, name])), edges);
  },
};

/** Only edges between agents; a start or an end is none. */
function toRead(names: ReadonlyMap<unknown, string>, edges: readonly (readonly unknown[])[]): Read {
  const between = edges.flatMap(([from, to]) => {
    const ends = [names.get(from), names.get(to)];
    return ends[0] === undefined || ends[1] === undefined ? [] : [pair(ends[0], ends[1])];
  });
  return { agents: [...names.values()].sort(), edges: between.sort() };
}

function fromCode(_: string, code: string): string {
  return String.fromCodePoint(Number(code));
}

/** The first line of a quoted label. */
function fromDot(label: string): string {
  const [line = ""] = /^(?:[^\\]|\\[^n])*/.exec(label) ?? [];
  return line.replace(/\\(.)/g, "$1").replace(/&(\w+);/g, (_, name: string) => ENTITIES[name] as string);
}
