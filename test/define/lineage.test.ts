import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addedTo, allPass, hasId, isKept, isKnownStart } from "../../src/define/lineage.ts";

interface Member {
  readonly id: string;
}

interface Addition {
  readonly from: number;
  readonly count: number;
  /** Whether whoever adds says which ids the list then has. */
  readonly says: boolean;
}

/** Lists that were made by adding to one another, in any order: each to one that was there. */
function grownFrom(plan: readonly Addition[]): Member[][] {
  const lists: Member[][] = [[]];
  let made = 0;
  for (const { from, count, says } of plan) {
    const parent = lists[from % lists.length] as Member[];
    const list = parent.concat(Array.from({ length: count }, () => ({ id: `m${(made += 1)}` })));
    lists.push(addedTo(list, parent, says ? new Set(list.map(({ id }) => id)) : undefined));
  }
  return lists;
}

const plans = fc.array(
  fc.record({
    from: fc.nat(),
    count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 40, max: 150 })),
    says: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

/** Which list is asked, and for what. */
const anyQuestions = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 40, maxLength: 80 });

describe("lists that were made by adding to one another", () => {
  it("are looked through for an id as if nothing were known of them, whoever was asked before", () => {
    fc.assert(
      fc.property(plans, anyQuestions, (plan, questions) => {
        const lists = grownFrom(plan);
        const all = [...new Set(lists.flat())];
        for (const [list, member] of questions) {
          const asked = lists[list % lists.length] as Member[];
          const { id } = all[member % all.length] as Member;
          expect(hasId(asked, id)).toBe(asked.some((one) => one.id === id));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are tested as a whole as if nothing were known of them, whatever they were tested for before", () => {
    const tests = [({ id }: Member) => !id.endsWith("7"), ({ id }: Member) => id.length < 4, () => true];
    fc.assert(
      fc.property(plans, anyQuestions, (plan, questions) => {
        const lists = grownFrom(plan);
        for (const [list, index] of questions) {
          const asked = lists[list % lists.length] as Member[];
          const test = tests[index % tests.length] as (member: Member) => boolean;
          expect(allPass(asked, test)).toBe(asked.every((one) => test(one)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are tested for what was added alone, once what is before it has passed", () => {
    const asked: string[] = [];
    const test = ({ id }: Member): boolean => asked.push(id) > 0;
    const first = addedTo([{ id: "1" }, { id: "2" }], []);
    const second = addedTo([...first, { id: "3" }], first);
    for (const list of [first, first, second, second]) allPass(list, test);
    expect(asked).toEqual(["1", "2", "3"]);
  });

  it("are asked for what was added lately alone, once they are long", () => {
    const asked = new Set<number>();
    const members = Array.from({ length: 200 }, (_, index) => ({
      get id() {
        asked.add(index);
        return `m${index}`;
      },
    }));
    const first = addedTo(members.slice(0, 150), []);
    expect(hasId(first, "m0")).toBe(true);
    asked.clear();
    const second = addedTo(members.slice(0, 190), first);
    expect(hasId(second, "m0")).toBe(true);
    expect(hasId(second, "none")).toBe(false);
    expect([...asked].every((index) => index >= 150)).toBe(true);
  });

  it("are the caller's own where nothing was said of them: looked at anew each time", () => {
    const list = Array.from({ length: 100 }, (_, index) => ({ id: `m${index}` }));
    const isOpen = ({ id }: Member): boolean => id !== "closed";
    expect(hasId(list, "new")).toBe(false);
    expect(allPass(list, isOpen)).toBe(true);
    list[5] = { id: "new" };
    list[6] = { id: "closed" };
    expect(hasId(list, "new")).toBe(true);
    expect(allPass(list, isOpen)).toBe(false);
    expect(isKept(list)).toBe(false);
  });

  it("know their beginnings", () => {
    const first = addedTo([{ id: "1" }], []);
    const second = addedTo([...first, { id: "2" }], first);
    const third = addedTo([...second, { id: "3" }], second);
    expect(isKnownStart(third, first)).toBe(true);
    expect(isKnownStart(third, third)).toBe(true);
    expect(isKnownStart(first, third)).toBe(false);
    expect(isKnownStart(third, [...first])).toBe(false);
    expect(isKnownStart([...third], first)).toBe(false);
  });
});
