import { AIMessage, HumanMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPlain } from "../../src/observe/plain.ts";

/** A class that says itself what it is as JSON. */
class Told {
  readonly #told: unknown;
  constructor(told: unknown) {
    this.#told = told;
  }
  toJSON(): unknown {
    return this.#told;
  }
}

/** A class that leaves it to its fields. */
class Fields {
  readonly value: unknown;
  readonly missing = undefined;
  constructor(value: unknown) {
    this.value = value;
  }
  get derived(): string {
    return "not a field";
  }
}

/** What JSON can say in its own way: trees of values, some of which are not plain. */
const { sayable } = fc.letrec((tie) => ({
  sayable: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.jsonValue(),
    fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, -0, () => 1, Symbol("s")),
    fc.date({ noInvalidDate: false }),
    fc.constantFrom(new AIMessage({ id: "a", content: "Hi" }), new HumanMessage("Hi"), new URL("https://example.com")),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "toJSON", "1")), tie("sayable")),
    fc.dictionary(fc.string(), tie("sayable"), { noNullPrototype: false }),
    fc.array(tie("sayable")),
    fc.sparseArray(tie("sayable"), { maxLength: 4 }),
    tie("sayable").map((value) => new Told(value)),
    tie("sayable").map((value) => Object.assign([1], { toJSON: () => value })),
    tie("sayable").map((value) => Object.defineProperty({ seen: 1 }, "toJSON", { value: () => value })),
    tie("sayable").map((value) => new Fields(value)),
  ),
}));

function roundTrip(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Every object in a value. */
function objectsIn(value: unknown): readonly object[] {
  return typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

describe("toPlain", () => {
  it("gives JSON as it stands", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toPlain(value)).toStrictEqual(roundTrip(value));
      }),
    );
  });

  it("gives what is said as JSON and read again, whatever JSON leaves out or asks", () => {
    fc.assert(
      fc.property(sayable, (value) => {
        expect(toPlain(value)).toStrictEqual(roundTrip(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives a copy that shares no object with the value", () => {
    fc.assert(
      fc.property(sayable, (value) => {
        const own = new Set(objectsIn(value));
        expect(objectsIn(toPlain(value)).filter((object) => own.has(object))).toEqual([]);
      }),
    );
  });

  it("gives plain JSON of any value, and never throws", () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const plain = toPlain(value);
        expect(plain).toStrictEqual(roundTrip(plain));
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives numbers without a bound as digits, a Map as its entries, a Set as its items", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.array(fc.tuple(fc.string(), fc.jsonValue())), (big, entries) => {
        const map = new Map(entries);
        const set = new Set(map.values());
        const [entriesOfMap, itemsOfSet] = [roundTrip([...map]), roundTrip([...set])];
        expect(toPlain({ big })).toStrictEqual({ big: String(big) });
        expect(toPlain({ map })).toStrictEqual({ map: entriesOfMap });
        expect(toPlain({ set })).toStrictEqual({ set: itemsOfSet });
        expect(toPlain([map, big, set])).toStrictEqual([entriesOfMap, String(big), itemsOfSet]);
      }),
    );
  });

  it("says in words what cannot be shown", () => {
    const round: Record<string, unknown> = {};
    round["itself"] = round;
    const refusing = {
      get secret() {
        throw new Error("no");
      },
    };
    for (const value of [round, [round], refusing, Object(1n), new Told(round)]) {
      expect(toPlain(value)).toBe("[a value that cannot be shown]");
    }
  });
});
