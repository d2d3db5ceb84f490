import { projectFile } from "../paths.ts";
import { Skip } from "../skip.ts";

/**
 * A peer's package. The peers are no part of the default install, so each system writes down the part of its peer that
 * it uses: `T`.
 *
 * @throws Skip if it is not installed.
 */
export async function loadPeer<T>(specifier: string): Promise<T> {
  try {
    const { load } = (await import(projectFile("bench/peers/load.mjs").href)) as {
      load(name: string): Promise<unknown>;
    };
    return (await load(specifier)) as T;
  } catch (error) {
    throw new Skip(`${specifier} is not there: pnpm --dir bench/peers install`, { cause: error });
  }
}
