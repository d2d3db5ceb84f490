import { z } from "zod/v4";
import { isRecord } from "../wire/chosen.ts";

const digits = z.string().regex(/^\d{1,9}$/u, "Expected a whole number from 0.");

/** A whole number from 0, in a query. */
export const wholeNumber = digits.transform(Number);

/** Which page of a list is meant. */
export const paging = {
  page: wholeNumber.optional(),
  page_size: wholeNumber.refine((size) => size >= 1 && size <= 1000, "Expected a number from 1 to 1000.").optional(),
};

/** A filter of a list by metadata: a JSON object. */
export const metadataFilter = z
  .string()
  .transform((text, context) => {
    const value = jsonOf(text);
    if (value === null || isRecord(value)) return value ?? undefined;
    context.addIssue({ code: "custom", message: "Expected a JSON object." });
    return z.NEVER;
  })
  .optional();

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
