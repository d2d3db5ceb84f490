/** The head of the page. */
export const INTRODUCTION = `# What goes over the wire

<!-- Written by \`pnpm docs:wire\`; not edited by hand. -->

The log (\`messages\` in the state) holds what was said and done, and nothing else: a handoff is a call there, and nobody has answered it. No provider takes an unanswered call. So before each model call the projection (\`project()\`) makes the agent's prompt from the log; the log itself it never touches, and the wire never sees an unanswered call.

- **Handoff calls.** The view \`"drop"\` (the default) leaves them out; \`"answer"\` keeps them and answers each with one line (\`Transferred to billing.\`). A message whose reasoning must go back as it came keeps its calls in both views.
- **The brief.** The target reads at the end of its system prompt who handed over, what was said on the way, why, and with what input. It depends on the handoff alone, so the prompt stays a prefix of the next one while the agent stays active, and the provider's cache holds.
- **Calls and results.** Every call is answered once, directly after its message and in the order of the calls. A call that never ran is answered with an error; a result without a call is left out.
- **Agents without tools.** Where no tools are bound, calls and results become notes of the user's, since providers refuse tool messages without tools.
- **Reasoning.** Signed reasoning, thought signatures and the ids of items mean something to the model family that made them only. For every other reader they are left out, ids included, and text and calls stay.
- **Names and ids.** Ids of calls and names of tools are made legal for the provider, the same way each time, and no two calls of a request share an id. Legal ones stay.
- **Form.** Blank texts, authors' names, the order of turns, repeated roles and parallel calls become what the provider takes.

Which provider that is, a model says itself; \`profile\` on an agent or on the swarm says it for models that cannot.`;

/** The end of the page. */
export const ERRORS = `## When it is wrong all the same

With \`strict: true\` each request is checked before it is sent. One that breaks a rule is an error with the code \`WIRE_INVALID\` and is not sent; \`details.problems\` holds what \`validateWire\` found. Here it is a tool that OpenAI would refuse:

\`\`\`ts
import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { SwarmAgent, SwarmError } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";

const search = tool(() => "nothing", {
  name: "search",
  description: "Searches. ".repeat(200),
  schema: z.object({ query: z.string() }),
});
const model = scriptedModel().say("Hello!");
const graph = new SwarmAgent({
  entry: "assistant",
  strict: true,
  profile: "openai-chat",
  agents: { assistant: { model, tools: [search] } },
}).compile();

const error = await graph.invoke({ messages: [new HumanMessage("Hi")] }).catch((thrown: unknown) => thrown);
if (SwarmError.is(error)) console.log(error.code, error.message);
console.log(model.calls.length); // 0
\`\`\`

<!-- output -->

\`\`\`text
WIRE_INVALID the request of agent "assistant" breaks rule O4 of openai-chat at tools[0].function.description: Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024, but got a string with length 2000 instead. It was not sent.
0
\`\`\`

Without it the provider has the last word. Its 400 or 422 is an error with the code \`PROVIDER_REJECTED\`, with the rule where the text tells it, the shape of what was sent (never its contents), and the provider's error as \`cause\`. It is not tried again:

\`\`\`ts
import { HumanMessage } from "@langchain/core/messages";
import { SwarmAgent, SwarmError } from "swarmgraph";
import { ScriptedError, scriptedModel } from "swarmgraph/testing";

const refusal = new ScriptedError("tools: Tool names must be unique.", 400);
const graph = new SwarmAgent({
  entry: "assistant",
  profile: "anthropic",
  agents: { assistant: { model: scriptedModel().fail(refusal) } },
}).compile();

const error = await graph.invoke({ messages: [new HumanMessage("Hi")] }).catch((thrown: unknown) => thrown);
if (SwarmError.is(error)) console.log(error.code, JSON.stringify(error.details));
\`\`\`

<!-- output -->

\`\`\`text
PROVIDER_REJECTED {"profile":"anthropic","rule":"A3","shape":"human; 0 tools","status":400}
\`\`\`

A test of yours can ask the same of any body, from whatever client:

\`\`\`ts
import { validateWire } from "swarmgraph/testing";

const body = { contents: [{ role: "user", parts: [{ text: "" }] }] };
validateWire("gemini", body).map(({ rule }) => rule); // ["G7"]
\`\`\`

[The last long run](wire-runs.md) of the property that holds all this says how many logs it was shown.
`;
