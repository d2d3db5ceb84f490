import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import type { RecordedCall } from "swarmgraph/testing";

function said({ messages }: RecordedCall): string {
  return messages.findLast((message) => message.type === "human")?.text ?? "";
}

/** Both models play a part, so that nothing needs a key. Any LangChain chat model can stand in their place. */
const greeter = scriptedModel()
  .reply((call) =>
    /book|read/iu.test(said(call))
      ? { kind: "message", text: "", calls: [{ handoff: "librarian", input: { reason: "It is about books." } }] }
      : "Hello! Ask me about books, and I will get the librarian.",
  )
  .repeat();

const librarian = scriptedModel().say('Read "The Left Hand of Darkness": a classic, and not long.').repeat();

export const swarm = new SwarmAgent({
  name: "library",
  entry: "greeter",
  agents: {
    greeter: {
      description: "Welcomes people and finds out what they want.",
      prompt: "Welcome the user. Hand over to the librarian what is about books.",
      model: greeter,
      canHandoffTo: ["librarian"],
    },
    librarian: {
      description: "Knows books, and what to read next.",
      prompt: "Recommend one book, in one sentence.",
      model: librarian,
      canHandoffTo: [],
    },
  },
});
