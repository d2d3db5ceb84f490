import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { composeDraft, writeDraft } from "../../tools/draft.ts";
import { readArticles } from "../../tools/library/articles.ts";
import { bundledIndex, createSearchIndex } from "../../tools/library/search-index.ts";

const articles = readArticles(new URL("../../data/library/", import.meta.url));
const titles = articles.map(({ title }) => title);

/** The sentences of a draft with their source numbers, and its sources. */
function parts(draft: string) {
  const [title, ...blocks] = draft.split("\n\n");
  const sources = blocks.pop()?.split("\n") ?? [];
  const sentences = [...blocks.join(" ").matchAll(/(.+?) \[(\d+)\](?: |$)/g)].map(([, text = "", source]) => ({
    text,
    source: Number(source),
  }));
  return { title, sentences, sources };
}

describe("write_draft", () => {
  it("is a tool that writes a titled text with numbered sources", async () => {
    expect(writeDraft.name).toBe("write_draft");
    const { title, sentences, sources } = parts(await writeDraft.invoke({ topic: "Coral bleaching" }));
    expect(title).toBe("# Coral bleaching");
    expect(sentences).toHaveLength(6);
    expect(sources[0]).toBe("Sources:");
    expect(sources[1]).toMatch(/^\[1\] Coral bleaching, paragraph \d$/);
  });

  it("draws on each article that fits the topic", async () => {
    const { sources } = parts(await writeDraft.invoke({ topic: "tea and coffee" }));
    expect(sources.join()).toContain("Tea, paragraph");
    expect(sources.join()).toContain("Coffee, paragraph");
  });

  it("spreads over the passages before it takes much from one", () => {
    const paragraphs = ["Ants dig. Ants eat. Ants rest.", "Ants fight. Ants march. Ants sleep."];
    const draft = composeDraft("ants", 2, createSearchIndex([{ title: "Ants", topics: [], paragraphs }]));
    expect(draft).toBe(
      "# ants\n\nAnts dig. [1]\n\nAnts fight. [2]\n\nSources:\n[1] Ants, paragraph 1\n[2] Ants, paragraph 2",
    );
  });

  it("says so where the library has nothing on the topic", async () => {
    expect(await writeDraft.invoke({ topic: "quantum chromodynamics" })).toMatch(
      /^The library has nothing on "quantum chromodynamics"; .*\.$/,
    );
  });

  it.each([0, 21, 2.5])("refuses %d sentences", async (sentences) => {
    await expect(writeDraft.invoke({ topic: "tea", sentences })).rejects.toThrow(/schema/);
  });

  it("quotes whole sentences in their own order, each from the source that it names, the same each time", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...titles),
        fc.constantFrom(...titles),
        fc.integer({ min: 1, max: 12 }),
        (a, b, count) => {
          const topic = `${a} and ${b}`;
          const draft = composeDraft(topic, count, bundledIndex);
          expect(composeDraft(topic, count, bundledIndex)).toBe(draft);
          const { sentences, sources } = parts(draft);
          expect(sentences.length).toBeGreaterThan(0);
          expect(sentences.length).toBeLessThanOrEqual(count);
          const places = sentences.map(({ text, source }) => {
            const [, title, paragraph] = /^\[\d+\] (.*), paragraph (\d+)$/.exec(sources[source] ?? "") ?? [];
            const article = articles.find((one) => one.title === title);
            return [source, article?.paragraphs[Number(paragraph) - 1]?.indexOf(text) ?? -1] as const;
          });
          expect(places.filter(([, at]) => at < 0)).toEqual([]);
          expect(places).toEqual(places.toSorted((x, y) => x[0] - y[0] || x[1] - y[1]));
        },
      ),
    );
  });
});
