import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { converse, PROFILES } from "../../docs/wire/conversation.ts";
import { wirePage } from "../../docs/wire/page.ts";
import { ruleTables } from "../../docs/wire/rules/all-rules.ts";
import { validateWire } from "../../src/testing/index.ts";

const WIRE = new URL("../../src/project/wire/", import.meta.url);

/** Every rule that the validators name, in code or in a docstring. */
function rulesOfTheSource(): Set<string> {
  const files = readdirSync(WIRE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const texts = files.map((file) => readFileSync(new URL(file, WIRE), "utf8"));
  return new Set(texts.flatMap((text) => text.match(/\b[OPAMGB][1-9]\d?\b/g) ?? []));
}

const rows = ruleTables.flatMap(({ profile, rows: own }) => own.map((row) => ({ profile, ...row })));

describe("docs/wire.md", () => {
  it("is what the code says: otherwise run `pnpm docs:wire`", async () => {
    const committed = readFileSync(new URL("../../docs/wire.md", import.meta.url), "utf8");
    expect(committed === (await wirePage()), "docs/wire.md is stale: run `pnpm docs:wire`").toBe(true);
  });

  it("lists every rule of the validators, and no other", () => {
    expect(new Set(rows.map(({ rule }) => rule))).toEqual(rulesOfTheSource());
    expect(rows).toHaveLength(rulesOfTheSource().size);
  });

  it.each(rows)("shows $rule by a body that breaks it", ({ profile, rule, breaks, isTolerated }) => {
    const found = validateWire(profile, breaks).map((problem) => problem.rule);
    expect([...new Set(found)]).toEqual(isTolerated === true ? [] : expect.arrayContaining([rule]));
  });

  it.each(PROFILES)("[I05] shows requests that %s takes, of the same log", async (profile) => {
    const { log, requests } = await converse(profile);
    expect(requests.map(({ agent }) => agent)).toEqual(["triage", "triage", "billing", "billing", "billing"]);
    for (const { body } of requests) expect(validateWire(profile, body)).toEqual([]);
    expect(log).toEqual((await converse("openai-chat")).log);
  });
});
