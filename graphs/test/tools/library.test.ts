import type { ToolMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { searchLibrary } from "../../tools/library.ts";
import { readArticles, toArticle } from "../../tools/library/articles.ts";
import { bundledIndex, createSearchIndex, toTerms } from "../../tools/library/search-index.ts";
import type { Passage } from "../../tools/library/search-index.ts";

const articles = readArticles(new URL("../../data/library/", import.meta.url));

async function call(args: { query: string; limit?: number }): Promise<ToolMessage> {
  return searchLibrary.invoke({ type: "tool_call", id: "1", name: "search_library", args });
}

describe("search_library", () => {
  it("answers numbered passages as text, and as data in the artifact", async () => {
    const message = await call({ query: "coefficient of performance of a heat pump", limit: 2 });
    expect(searchLibrary.name).toBe("search_library");
    expect(message.content).toMatch(
      /^\[1\] Heat pumps, paragraph 2: Because most of the heat .*\n\n\[2\] Heat pumps, paragraph \d: /,
    );
    const passages = message.artifact as readonly Passage[];
    expect(passages).toHaveLength(2);
    expect(passages[0]).toMatchObject({ title: "Heat pumps", paragraph: 2 });
    expect(message.content).toContain(passages[1]?.text);
  });

  it("gives four passages unless told", async () => {
    expect((await call({ query: "energy" })).artifact).toHaveLength(4);
    expect((await call({ query: "energy", limit: 10 })).artifact).toHaveLength(10);
  });

  it.each([0, 11, 1.5])("refuses a limit of %d", async (limit) => {
    await expect(call({ query: "energy", limit })).rejects.toThrow(/schema/);
  });

  it.each(["quantum chromodynamics", "xyzzy", "", "the of and", "!?", "\u0000"])(
    "says that it has nothing on %j",
    async (query) => {
      const { content, artifact } = await call({ query });
      expect(content).toMatch(
        /^The library has nothing on ".*"; of its 28 articles, these are nearest by title: .+; .+\.$/,
      );
      expect(artifact).toEqual([]);
    },
  );

  it("names the words that no article has", async () => {
    expect((await call({ query: "history of chess" })).content).toMatch(/\n\nNo article has: chess\.$/);
    expect((await call({ query: "history of paper" })).content).not.toContain("No article has");
  });

  it.each([
    ["glacer", "Glaciers"],
    ["photovolt", "Solar power"],
    ["Who invented the printing press?", "The printing press"],
    ["why do bees dance", "Honeybees"],
    ["GUTENBERG", "The printing press"],
    ["battery", "Batteries"],
    ["penicillin discovery", "Antibiotics"],
    ["Samarkand caravans", "The Silk Road"],
    ["what do I need to know about espresso", "Coffee"],
  ])("finds %j in %s", (query, title) => {
    expect(bundledIndex.search(query, 1)[0]?.title).toBe(title);
  });
});

describe("the bundled collection", () => {
  it("has at least 24 articles of 120 to 250 words, with topics and titles of their own", () => {
    expect(articles.length).toBeGreaterThanOrEqual(24);
    expect(new Set(articles.map(({ title }) => title)).size).toBe(articles.length);
    const odd = articles.filter(({ topics, paragraphs }) => {
      const words = paragraphs.join(" ").split(" ").length;
      return topics.length < 3 || paragraphs.length < 2 || words < 120 || words > 250;
    });
    expect(odd.map(({ title }) => title)).toEqual([]);
  });

  it.each(articles.map(({ title }) => title))("finds %s by its own title", (title) => {
    for (const query of [title, title.toLowerCase(), `Tell me about ${title}`]) {
      expect(bundledIndex.search(query, 1)[0]?.title).toBe(title);
    }
  });

  it("finds each paragraph by its own text", () => {
    const lost = articles.flatMap(({ title, paragraphs }) =>
      paragraphs.filter((text) => {
        const [best] = bundledIndex.search(text, 1);
        return best?.title !== title || best.text !== text;
      }),
    );
    expect(lost).toEqual([]);
  });

  it("answers any query with at most the limit, best first, the same each time", () => {
    const word = fc.constantFrom(...articles.flatMap(({ paragraphs }) => paragraphs.join(" ").split(" ")));
    const query = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(query, fc.integer({ min: 1, max: 10 }), (text, limit) => {
        const passages = bundledIndex.search(text, limit);
        expect(passages.length).toBeLessThanOrEqual(limit);
        expect(passages.map(({ score }) => score)).toEqual(
          passages.map(({ score }) => score).toSorted((a, b) => b - a),
        );
        expect(bundledIndex.search(text, limit)).toEqual(passages);
      }),
    );
  });
});

describe("an article", () => {
  it("is read from front matter and paragraphs", () => {
    expect(toArticle("---\ntitle: A b\ntopics: c, d e\n---\n\nOne\nline.\n\nTwo.\n", "a.md")).toEqual({
      title: "A b",
      topics: ["c", "d e"],
      paragraphs: ["One line.", "Two."],
    });
  });

  it.each(["", "no front matter", "---\ntopics: a\n---\n\nText.", "---\ntitle: A\n---\n\n"])(
    "is refused: %j",
    (markdown) => {
      expect(() => toArticle(markdown, "a.md")).toThrow(/^article "a\.md" needs front matter with a title, .*\.$/);
    },
  );
});

describe("an index", () => {
  it("compares words without case, accents and plural endings, and skips those that say nothing", () => {
    expect(toTerms("How do the Batteries of São Paulo's buses work?")).toEqual([
      "battery",
      "sao",
      "paulo",
      "s",
      "buse",
    ]);
  });

  it("of no articles finds nothing", () => {
    expect(createSearchIndex([]).search("anything", 3)).toEqual([]);
  });
});
