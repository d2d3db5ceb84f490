import { localModel } from "@swarmgraph/local-model";
import { SwarmAgent } from "swarmgraph";
import type { ModelSource } from "swarmgraph";
import { z } from "zod";
import { chooseModel } from "./model.ts";
import { writeDraft } from "./tools/draft.ts";
import { searchLibrary } from "./tools/library.ts";

/** The local model's threshold for a desk that takes nearly every request, whatever it is about. */
const EVERYTHING = 0.14;

/** What a handoff on this desk carries. */
const assignment = z.object({ reason: z.string().optional().describe("Why, in a few words") });

/** AgentFlow's swarm: triage hands to a researcher, who searches a library, and the researcher to a writer. */
export function createResearchDesk({ model }: { readonly model?: ModelSource | undefined } = {}) {
  const choice = chooseModel(model);
  return new SwarmAgent({
    name: "research-desk",
    entry: "triage",
    model: choice.isLocal ? localModel({ threshold: EVERYTHING }) : choice.model,
    agents: {
      triage: {
        description: "Takes requests in",
        prompt:
          "Hand every request that asks about a topic, or for a text on one, to the researcher. Answer only greetings.",
        canHandoffTo: ["researcher"],
      },
      researcher: {
        description:
          "Research: answers questions such as how something works or where it comes from, and finds material for articles",
        input: assignment,
        prompt:
          "Search the library before you say anything. Answer a plain question from the passages, naming them. If the " +
          "user wants a text written, hand over to the writer once you have searched.",
        tools: [searchLibrary],
        canHandoffTo: ["writer"],
      },
      writer: {
        description: "Writing: writes an article, a draft, an essay, a report or a summary on a topic",
        input: assignment,
        prompt: "Write from the passages that were found, and from write_draft. Name your sources.",
        tools: [writeDraft],
        canHandoffTo: [],
      },
    },
  });
}

/** The definition. */
export const researchDesk = createResearchDesk();

/** The compiled graph. */
export const graph = researchDesk.compile();
