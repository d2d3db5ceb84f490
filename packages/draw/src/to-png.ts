import { DrawError } from "./draw-error.ts";

/** Options of {@link toPng}. */
export interface PngOptions {
  /** Pixels of the picture for each of the drawing's. Default 2. */
  readonly scale?: number | undefined;
  /** Loads `@resvg/resvg-js`, where the program knows better where it is. Default: `import`. */
  readonly importModule?: ((name: string) => Promise<unknown>) | undefined;
}

interface Resvg {
  new (svg: string, options: object): { render(): { asPng(): Uint8Array } };
}

const PACKAGE = "@resvg/resvg-js";

/**
 * Renders a drawing's SVG as PNG, with the fonts of this machine. Theme `"auto"` becomes light: a PNG does not know its
 * reader.
 *
 * @throws DrawError `RESVG_MISSING` where the optional package `@resvg/resvg-js` is not installed, `PNG_FAILED` where it
 *   cannot read the SVG, `OPTION_INVALID`.
 * @example
 * ```ts
 * import { drawSwarm, toPng } from "@swarmgraph/draw";
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "triage", agents: { triage: { model: scriptedModel() } } });
 * const png = await toPng(drawSwarm(swarm, { format: "svg", theme: "dark" }));
 * console.log(String.fromCharCode(...png.slice(1, 4))); // PNG
 * ```
 */
export async function toPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2, importModule = (name) => import(name) } = options;
  if (!(scale > 0 && scale <= 16)) {
    throw new DrawError("OPTION_INVALID", `scale ${scale} cannot be drawn; give a number above 0, at most 16.`);
  }
  const Resvg = await loadResvg(importModule);
  try {
    const font = { loadSystemFonts: true };
    return new Resvg(withoutVariables(svg), { fitTo: { mode: "zoom", value: scale }, font }).render().asPng();
  } catch (cause) {
    throw new DrawError("PNG_FAILED", "the SVG could not be rendered; pass what drawSwarm gave, as it was.", { cause });
  }
}

async function loadResvg(importModule: (name: string) => Promise<unknown>): Promise<Resvg> {
  try {
    return ((await importModule(PACKAGE)) as { readonly Resvg: Resvg }).Resvg;
  } catch (cause) {
    throw new DrawError("RESVG_MISSING", `a PNG needs ${PACKAGE}, which is not here; run "npm install ${PACKAGE}".`, {
      cause,
    });
  }
}

/** The SVG with every custom property replaced by its first value: the renderer knows neither them nor media queries. */
function withoutVariables(svg: string): string {
  return svg.replace(/<style>[\s\S]*?<\/style>/u, (style) => {
    const plain = style.replace(/^@media.*$/gmu, "");
    const found = [...plain.matchAll(/(--swarm-[a-z-]+):([^;}]+)/gu)];
    const values = new Map(found.map(([, name, value]) => [name, value]));
    return plain.replace(/var\((--swarm-[a-z-]+)\)/gu, (use, name: string) => values.get(name) ?? use);
  });
}
