import { tool } from "@langchain/core/tools";
import { z } from "zod";

import { bundledIndex, describeNothing, toTerms } from "./library/search-index.ts";
import type { Passage, SearchIndex } from "./library/search-index.ts";

/** How many passages a draft is picked from. */
const maxPassages = 10;
/** The least part of the best passage's score that a passage needs: what is below is about something else. */
const minShare = 0.3;

interface Sentence {
  readonly passage: Passage;
  /** Its place in the passage, from 0. */
  readonly at: number;
  readonly text: string;
  readonly score: number;
}

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** A passage's sentences, each worth its passage's score times one more than the number of words that fit the topic. */
function toSentences(passage: Passage): readonly Sentence[] {
  const fitting = new Set(passage.terms);
  return [...segmenter.segment(passage.text)].map(({ segment }, at) => {
    const found = new Set(toTerms(segment).filter((term) => fitting.has(term)));
    return { passage, at, text: segment.trim(), score: passage.score * (1 + found.size) };
  });
}

/** Takes the best sentence, again and again; each one taken halves what the rest of its passage is worth. */
function pick(sentences: readonly Sentence[], count: number): readonly Sentence[] {
  const picked: Sentence[] = [];
  const worth = ({ passage, score }: Sentence): number =>
    score / 2 ** picked.filter((other) => other.passage === passage).length;
  while (picked.length < count) {
    const rest = sentences.filter((sentence) => !picked.includes(sentence));
    const [first, ...others] = rest;
    if (!first) break;
    picked.push(others.reduce((best, sentence) => (worth(sentence) > worth(best) ? sentence : best), first));
  }
  return picked;
}

/**
 * Writes a draft on a topic out of an index: whole sentences of the passages that fit it best, spread over them, article
 * by article in the order of relevance and inside an article in its own order, each with the number of its source.
 *
 * Deterministic. Where the index has nothing on the topic the result is one sentence that says so.
 */
export function composeDraft(topic: string, sentences: number, index: SearchIndex): string {
  const found = index.search(topic, maxPassages);
  const passages = found.filter(({ score }) => score >= minShare * (found[0]?.score ?? 0));
  if (passages.length === 0) return describeNothing(topic, index);
  const picked = pick(passages.flatMap(toSentences), sentences);
  const titles = [...new Set(passages.map(({ title }) => title))];
  const ordered = picked.toSorted(
    (a, b) =>
      titles.indexOf(a.passage.title) - titles.indexOf(b.passage.title) ||
      a.passage.paragraph - b.passage.paragraph ||
      a.at - b.at,
  );
  const sources = [...new Set(ordered.map(({ passage }) => passage))];
  const paragraphs = sources.map((source, at) =>
    ordered
      .filter(({ passage }) => passage === source)
      .map(({ text }) => `${text} [${at + 1}]`)
      .join(" "),
  );
  const list = sources.map(({ title, paragraph }, at) => `[${at + 1}] ${title}, paragraph ${paragraph}`);
  return [`# ${topic.trim()}`, ...paragraphs, ["Sources:", ...list].join("\n")].join("\n\n");
}

/**
 * The tool `write_draft`: a titled text on a topic with numbered sources, picked from the bundled articles.
 *
 * @example
 * ```ts
 * import { writeDraft } from "@swarmgraph/graphs/tools/draft.ts";
 *
 * await writeDraft.invoke({ topic: "Coral bleaching", sentences: 3 }); // "# Coral bleaching\n\n… [1]…"
 * ```
 */
export const writeDraft = tool(({ topic, sentences = 6 }) => composeDraft(topic, sentences, bundledIndex), {
  name: "write_draft",
  description: "Write a draft on a topic from the library's passages found so far",
  schema: z.object({
    topic: z.string().describe("What the draft is about; also its title"),
    sentences: z.number().int().min(1).max(20).optional().describe("How many sentences, 1 to 20; 6 unless told"),
  }),
});
