import { z } from "zod/v4";

/**
 * A schema that picks another one by looking at the value, so that a problem is told of the right variant, at its
 * place. A union would tell the problems of every variant at once.
 *
 * @param choose Gives the schema for a value, `undefined` where none fits.
 * @param expected One sentence for the value that fits none.
 */
export function chosen<T>(choose: (value: unknown) => z.ZodType<T> | undefined, expected: string): z.ZodType<T, T> {
  const schema = z.unknown().transform((value, context): unknown => {
    const picked = choose(value);
    if (picked === undefined) {
      context.addIssue({ code: "custom", message: expected });
      return z.NEVER;
    }
    const result = picked.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  });
  return schema as unknown as z.ZodType<T, T>;
}

/** A schema for a text, or for what `schema` takes. */
export function textOr<T>(schema: z.ZodType<T>): z.ZodType<string | T, string | T> {
  const text: z.ZodType<string | T> = z.string();
  return chosen<string | T>((value) => (typeof value === "string" ? text : schema), "Expected a string or a list.");
}

/** Narrows a value to a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
