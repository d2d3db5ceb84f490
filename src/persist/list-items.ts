/** Whether a value is a list whose items can be kept one by one. */
export function isListOfItems(value: unknown): value is object[] {
  return Array.isArray(value) && value.every(isItem);
}

/** Whether a value is an object, which can be named by a number. */
export function isItem(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
