/** A thread's state, or one checkpoint of it, as the page reads it. */
export interface PlainState {
  readonly checkpointId: string | undefined;
  readonly parentId: string | undefined;
  /** LangGraph's number of the step; -1 is the input. */
  readonly step: number | undefined;
  /** What made it: `input`, `loop`, `update` or `fork`. */
  readonly source: string | undefined;
  readonly createdAt: string | undefined;
  /** The nodes that come next. */
  readonly next: readonly string[];
  /** What it waits for. */
  readonly interrupts: readonly unknown[];
  readonly values: unknown;
}

/** A snapshot of LangGraph's as plain JSON. */
export function plainState(snapshot: unknown): PlainState {
  const { config, parentConfig, metadata, createdAt, next, tasks, values } = recordOf(snapshot);
  const { step, source } = recordOf(metadata);
  return {
    checkpointId: checkpointIn(config),
    parentId: checkpointIn(parentConfig),
    step: typeof step === "number" ? step : undefined,
    source: typeof source === "string" ? source : undefined,
    createdAt: typeof createdAt === "string" ? createdAt : undefined,
    next: arrayOf(next).map(String),
    interrupts: arrayOf(tasks).flatMap((task) => arrayOf(recordOf(task)["interrupts"])),
    values: plainValues(values),
  };
}

function plainValues(values: unknown): unknown {
  return Object.fromEntries(
    Object.entries(recordOf(values)).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(plainMessage) : value,
    ]),
  );
}

/** A message in the form that events hold it in; anything else as it is. */
function plainMessage(value: unknown): unknown {
  const message = recordOf(value);
  if (typeof message["_getType"] !== "function" && typeof message["getType"] !== "function") return value;
  const { id, type, name, content, tool_calls: calls, invalid_tool_calls: broken, tool_call_id, status } = message;
  const said = [
    ...arrayOf(calls).map((call) => pick(recordOf(call), { id: "id", name: "name", args: "args" })),
    ...arrayOf(broken).map((call) => pick(recordOf(call), { id: "id", name: "name", args: "rawArgs" })),
  ];
  return {
    ...pick({ id, type, name, content, callId: tool_call_id, status }, {}),
    ...(said.length > 0 && { calls: said }),
  };
}

/** The entries that are set, under other names where given. */
function pick(from: Record<string, unknown>, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const entries = Object.entries(from).filter(([, value]) => value !== undefined);
  const wanted = Object.keys(names).length === 0 ? entries : entries.filter(([key]) => key in names);
  return Object.fromEntries(wanted.map(([key, value]) => [names[key] ?? key, value]));
}

function checkpointIn(config: unknown): string | undefined {
  const id = recordOf(recordOf(config)["configurable"])["checkpoint_id"];
  return typeof id === "string" ? id : undefined;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
