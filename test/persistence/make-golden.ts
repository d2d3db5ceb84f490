import { mkdirSync, writeFileSync } from "node:fs";
import { MemorySaver } from "@langchain/langgraph";
import { scenarios } from "./golden/scenarios.ts";
import { toGolden } from "./golden/storage.ts";

/**
 * Writes the golden checkpoints of a release, once and before it is published: every later release resumes them.
 * `tsx --conditions=swarmgraph-source test/persistence/make-golden.ts 0.2`. Format them with
 * oxfmt. Never overwrites those of a release.
 */
async function main(release: string | undefined): Promise<void> {
  if (release === undefined || !/^\d+\.\d+$/.test(release)) throw new Error("name the release, e.g. 0.2");
  const folder = new URL(`golden/${release}/`, import.meta.url);
  mkdirSync(folder);
  for (const { name, begin } of scenarios) {
    const saver = new MemorySaver();
    await begin(saver);
    // Ids of their own, since the models of whoever resumes them count from one again.
    const text = JSON.stringify(toGolden(saver), null, 2).replaceAll("scripted-", "golden-");
    writeFileSync(new URL(`${name}.json`, folder), `${text}\n`);
  }
}

await main(process.argv[2]);
