import MiniSearch from "minisearch";

import { nearest, toPlain } from "../nearest.ts";
import { readArticles } from "./articles.ts";
import type { Article } from "./articles.ts";

/** One paragraph of an article that a search found. */
export interface Passage {
  readonly title: string;
  /** Its place in the article, from 1. */
  readonly paragraph: number;
  readonly text: string;
  /** How well it fits (BM25): greater is better, comparable within one search only. */
  readonly score: number;
  /** The words of the passage that made it fit, as {@link toTerms} gives them. */
  readonly terms: readonly string[];
}

/** A full-text index over the paragraphs of a collection of articles. */
export interface SearchIndex {
  readonly titles: readonly string[];
  /** The best passages first, at most `limit`; none where no word of the query is in the collection. */
  search(query: string, limit: number): readonly Passage[];
  /** The titles that look most like the query, whether or not their articles fit it. */
  nearestTitles(query: string): readonly string[];
}

const stopWords = new Set(
  (
    "a about all also an and any are as at be been but by can could did do does explain find for from give had has have " +
    "how i in information into is it its know me more of on or other our please should so some tell than that the " +
    "their them there these they this those to us was we were what when where which who why will with work would " +
    "write you your draft article text passage library document"
  ).split(" "),
);

/** The words of a text that say something, in lower case, without accents and plural endings. */
export function toTerms(text: string): readonly string[] {
  return toPlain(text).split(" ").flatMap(toTerm);
}

function toTerm(word: string): string | readonly [] {
  const plain = toPlain(word);
  const term = plain.length > 3 ? plain.replace(/ies$/, "y").replace(/(?<![su])s$/, "") : plain;
  return term === "" || stopWords.has(plain) || stopWords.has(term) ? [] : term;
}

interface Entry {
  readonly id: number;
  readonly title: string;
  readonly topics: string;
  readonly text: string;
  readonly paragraph: number;
}

/** Builds the index of a collection: BM25 over title, topics and text, with prefixes and small typing errors. */
export function createSearchIndex(articles: readonly Article[]): SearchIndex {
  const titles = articles.map(({ title }) => title);
  const entries: readonly Entry[] = articles
    .flatMap(({ title, topics, paragraphs }) =>
      paragraphs.map((text, at) => ({ title, topics: topics.join(", "), text, paragraph: at + 1 })),
    )
    .map((entry, id) => ({ id, ...entry }));
  const index = new MiniSearch<Entry>({
    fields: ["title", "topics", "text"],
    tokenize: (text) => [...toTerms(text)],
    processTerm: (term) => term,
    searchOptions: {
      boost: { title: 3, topics: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  });
  index.addAll(entries);
  return {
    titles,
    search(query, limit) {
      const asked = new Set(toTerms(query)).size;
      return index
        .search(query)
        .filter(({ queryTerms }) => new Set(queryTerms).size * 3 >= asked)
        .toSorted((a, b) => b.score - a.score || Number(a.id) - Number(b.id))
        .slice(0, limit)
        .flatMap(({ id, score, terms }) => {
          const entry = entries[Number(id)];
          return entry ? [{ title: entry.title, paragraph: entry.paragraph, text: entry.text, score, terms }] : [];
        });
    },
    nearestTitles: (query) => nearest(query, titles, 4),
  };
}

/** The index over the bundled collection of articles in `graphs/data/library`. */
export const bundledIndex: SearchIndex = createSearchIndex(
  readArticles(new URL("../../data/library/", import.meta.url)),
);

/** One sentence for a search without results: what the collection has instead. */
export function describeNothing(query: string, index: SearchIndex): string {
  return (
    `The library has nothing on ${JSON.stringify(query)}; of its ${index.titles.length} articles, ` +
    `these are nearest by title: ${index.nearestTitles(query).join("; ")}.`
  );
}
