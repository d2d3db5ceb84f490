import { contentProblems } from "./gemini/parts.ts";
import { field, isObject, problem } from "./gemini/problems.ts";
import { toolProblems } from "./gemini/tools.ts";
import { turnProblems } from "./gemini/turns.ts";
import { listOf, objectOf, textOf } from "./problem.ts";
import type { WireProblem, WireValidator } from "./problem.ts";

/**
 * Finds what Gemini would refuse in a `generateContent` request's body: rules G1 to G19. First the contents one by one,
 * then the contents as a sequence, then the system instruction, then the tools; what a later rule says of a value that
 * an earlier one has already refused stays in the list. Keys may be in camel case or in snake case.
 *
 * The model stands in the request's URL, not in what clients send; whoever knows it puts it into the body's `model`,
 * which the API also has. Without one, signatures (G3) are not asked for.
 */
export const validateGemini: WireValidator = (body) => {
  const request = objectOf(body);
  const contents = listOf(request["contents"]).map(objectOf);
  const system = field(request, "systemInstruction");
  return [
    ...(contents.length > 0 ? [] : [noContents()]),
    ...contents.flatMap((content, index) => contentProblems(content, `contents[${index}]`)),
    ...turnProblems(contents, textOf(request["model"])),
    ...(isObject(system) ? contentProblems(system, "systemInstruction") : []),
    ...toolProblems(request),
  ];
};

/** G19: a request has contents (langchain-google#1393). */
function noContents(): WireProblem {
  return problem("G19", "contents", "* GenerateContentRequest.contents: contents is not specified");
}
