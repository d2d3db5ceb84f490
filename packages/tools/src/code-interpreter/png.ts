import { importModule } from "../import-module.ts";
import type { ImportModule } from "../import-module.ts";

/** The part of `@resvg/resvg-js` that is used. */
interface ResvgModule {
  readonly Resvg: new (svg: string) => { render(): { asPng(): Uint8Array } };
}

/** The SVG as PNG where `@resvg/resvg-js` is installed, else undefined. */
export async function toPng(svg: string, load: ImportModule = importModule): Promise<Uint8Array | undefined> {
  const found = (await load("@resvg/resvg-js").catch(() => undefined)) as ResvgModule | undefined;
  return found && new found.Resvg(svg).render().asPng();
}
