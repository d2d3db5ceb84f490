import { definitionOf } from "./definition-of.ts";
import type { Drawable } from "./definition-of.ts";
import { toDrawing } from "./drawing.ts";
import { layoutSwarm } from "./layout-swarm.ts";
import { assertOptions } from "./options.ts";
import type { DrawFormat, DrawOptions } from "./options.ts";
import { toAscii } from "./to-ascii.ts";
import { toDot } from "./to-dot.ts";
import { toJson } from "./to-json.ts";
import { toMermaid } from "./to-mermaid.ts";
import { toSvg } from "./to-svg.ts";

const DRAW: Readonly<Record<DrawFormat, (swarm: Drawable, options: DrawOptions) => string>> = {
  ascii: (swarm, options) => toAscii(toDrawing(definitionOf(swarm), options), options.width ?? 80),
  dot: (swarm, options) => toDot(toDrawing(definitionOf(swarm), options), options.direction ?? "TB"),
  json: (swarm, options) => toJson(layoutSwarm(swarm, options)),
  mermaid: (swarm, options) => toMermaid(toDrawing(definitionOf(swarm), options), options.direction ?? "TB"),
  svg: (swarm, options) => toSvg(layoutSwarm(swarm, options), { theme: options.theme ?? "auto", id: options.id }),
};

/**
 * Draws a swarm from its definition: its agents, and exactly those edges that the compiled graph has between them.
 * Nothing is fetched, nothing is run; names are escaped in every format, so that a drawing may hold names that nobody
 * vetted. An unsound definition is drawn as well, with what is unknown in it marked.
 *
 * `json` is a `SwarmLayout`; `ascii` holds no control characters but line feeds.
 *
 * @throws DrawError `NOT_A_SWARM`, `OPTION_INVALID`.
 * @example
 * ```ts
 * import { drawSwarm } from "@swarmgraph/draw";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   model: scriptedModel(),
 *   agents: { triage: { canHandoffTo: ["billing"] }, billing: { canHandoffTo: [] } },
 * });
 * const svg = drawSwarm(swarm, { format: "svg", highlight: { active: "billing", edges: [["triage", "billing"]] } });
 * console.log(svg.includes('data-edge="triage→billing"')); // true
 * ```
 */
export function drawSwarm(swarm: Drawable, options: DrawOptions): string {
  assertOptions(options);
  return DRAW[options.format](swarm, options);
}
