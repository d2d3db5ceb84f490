const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What an error says, of whichever kind it is. */
export function saidBy(error: unknown): Readonly<Record<string, unknown>> {
  const { name, message, code, agent, retryable, lc_error_code } = error as Error & Record<string, unknown>;
  return { of: error?.constructor.name, name, message, code, agent, retryable, lc_error_code };
}

/** What was observed of a run, as JSON, without what is another thing in each: random ids by their order, times. */
export function comparable(observed: object): unknown {
  const text = JSON.stringify(observed, (_key, value: unknown) => (value === undefined ? "undefined" : value));
  const ids = new Map<string, string>();
  const named = text.replaceAll(UUID, (id) => {
    ids.set(id, ids.get(id) ?? `uuid-${ids.size}`);
    return ids.get(id) as string;
  });
  return JSON.parse(
    named.replaceAll(/scripted-\d+-/g, "scripted-n-").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "some time"),
  );
}
