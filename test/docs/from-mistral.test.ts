import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const page = new URL("../../docs/from-mistral.md", import.meta.url);

it.each(["seed-program.ts", "seed-requests.ts"])("the migration page shows %s as test/wire runs it", async (name) => {
  const code = await readFile(new URL(`../wire/mistral/${name}`, import.meta.url), "utf8");
  const blocks = [...(await readFile(page, "utf8")).matchAll(/^```ts\n(.*?)^```$/gmsu)].map((match) => match[1]);
  expect(blocks).toContain(code);
});
