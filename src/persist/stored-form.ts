/** An item as it is stored where that takes fewer bytes than the item itself. */
export interface StoredForm {
  /** @returns what is stored; `undefined` where the item is not of the kind, and so stored as it is. */
  pack(item: object): object | undefined;
  /** The item again. Of a line of the ledger it is known whether it is pending. */
  unpack(stored: object, isPending: boolean): object;
}

/**
 * Lines of the ledger, without their status where that is `pending` or `done`: the line of a handoff is written once, when
 * it is decided, and whoever names it says which of the two it is. Nor with an id that is made of what else is in it.
 */
const line: StoredForm = {
  pack(item) {
    if (!isLine(item)) return undefined;
    const { id, status: _, ...others } = item;
    return id === idOf(item) ? others : { ...others, id };
  },
  unpack(stored, isPending) {
    const { id = idOf(stored as Line), ...others } = stored as Line;
    return { id, ...others, status: isPending ? "pending" : "done" };
  },
};

/** The counters of a turn, without those that are as a turn begins. */
const turn: StoredForm = {
  pack(item) {
    if (!isCounters(item)) return undefined;
    const { callers, modelErrors, ...others } = item;
    return { ...others, ...(callers.length > 0 && { callers }), ...(modelErrors !== 0 && { modelErrors }) };
  },
  unpack: (stored) => ({ callers: [], modelErrors: 0, ...stored }),
};

interface Line {
  readonly id?: unknown;
  readonly messageId: string;
  readonly callId: string;
  readonly status: string;
}

interface Counters {
  readonly callers: readonly object[];
  readonly modelErrors: number;
}

const FORMS: ReadonlyMap<string, StoredForm> = new Map([
  ["handoffs", line],
  ["turn", turn],
]);

/** How the items of a channel are stored, where there is a form for them. */
export function formOf(channel: string): StoredForm | undefined {
  return FORMS.get(channel);
}

/** Whether an item is a line of the ledger that nobody has entered yet, stored in a form that does not say so. */
export function isPendingLine(channel: string, item: object): boolean {
  return channel === "handoffs" && isLine(item) && item.status === "pending";
}

function isLine(item: object): item is Line {
  const { id, messageId, callId, status } = item as Partial<Line>;
  const isWhole = id !== undefined && typeof messageId === "string" && typeof callId === "string";
  return isWhole && isPlain(item) && (status === "pending" || status === "done");
}

function isCounters(item: object): item is Counters {
  const { callers, modelErrors } = item as Partial<Counters>;
  return Array.isArray(callers) && typeof modelErrors === "number" && isPlain(item);
}

function idOf({ messageId, callId }: Line): string {
  return `${messageId}:${callId}`;
}

/** Whether nothing is lost of an object that is copied by its properties. */
function isPlain(item: object): boolean {
  return Object.getPrototypeOf(item) === Object.prototype && !("toJSON" in item);
}
