import fc from "fast-check";

/** A question put to an async generator; "next at once" does not wait for its answer. */
export type Question = "next" | "next at once" | "return" | "throw";

export const anyQuestions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Question>("next", "next at once") },
    { weight: 1, arbitrary: fc.constantFrom<Question>("return", "throw") },
  ),
  { maxLength: 20 },
);

/** What comes of a number of questions, some of which are asked before the ones ahead are answered. */
export async function answersTo(
  questions: readonly Question[],
  items: AsyncGenerator<unknown, void>,
): Promise<unknown[]> {
  const answers: Promise<unknown>[] = [];
  for (const question of questions) {
    const asked =
      question === "return" ? items.return() : question === "throw" ? items.throw(new Error("thrown")) : items.next();
    const answer = asked.catch((error: unknown) => String(error));
    answers.push(answer);
    if (question !== "next at once") await answer;
  }
  return Promise.all(answers);
}
