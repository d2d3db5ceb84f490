import type { Checkpoint } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packVersions, unpackVersions } from "../../src/persist/versions.ts";

const version = fc.oneof(fc.nat(40), fc.constantFrom("1.5", "00000002.0.1"));
const node = fc.constantFrom("a", "b", "b.tools", "__start__", "__input__", "to:a", "constructor", "");
const channelOf = (name: string) =>
  fc.constantFrom(`branch:to:${name}`, name, `start:${name}`, `${name}:after`, "messages", "handoffs");
const seenByNodes = fc
  .uniqueArray(node)
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.tuple(fc.constant(name), fc.dictionary(channelOf(name).chain(fc.constant), version, { maxKeys: 2 })),
      ),
    ),
  )
  .map((entries) => Object.fromEntries(entries) as Checkpoint["versions_seen"]);

function checkpointOf(
  seen: Checkpoint["versions_seen"],
  now: Checkpoint["channel_versions"],
  values: Checkpoint["channel_values"] = { turn: 1 },
): Checkpoint {
  return { v: 4, id: "c", ts: "t", channel_values: values, channel_versions: now, versions_seen: seen };
}

const channel = node.chain((name) => channelOf(name));
const values = fc.dictionary(
  fc.oneof(channel, fc.constantFrom("turn", "__pregel_tasks")),
  fc.constantFrom([], 1, null),
);

const checkpoint = fc
  .tuple(seenByNodes, fc.dictionary(channel, version), values)
  .map(([seen, now, held]) => checkpointOf(seen, now, held));

describe("packed versions", () => {
  it("[I13] are unpacked to what they were, through JSON as well", () => {
    fc.assert(
      fc.property(checkpoint, fc.array(channel), (given, stay) => {
        const before = JSON.stringify(given);
        const packed = packVersions(given, { kept: new Set(stay) });
        expect(unpackVersions(packed)).toEqual(given);
        expect(unpackVersions(JSON.parse(JSON.stringify(packed)) as Checkpoint)).toEqual(given);
        const versions = Object.entries(given.channel_versions).filter(([name]) => stay.includes(name));
        expect(packed.channel_versions).toEqual(Object.fromEntries(versions));
        expect(JSON.stringify(given)).toBe(before);
      }),
    );
  });

  it("take a quarter of the bytes of those of a thread on which fifty agents have run", () => {
    const seen: Record<string, Record<string, number>> = {};
    const now: Record<string, number> = {};
    for (let index = 0; index < 50; index += 1) {
      seen[`agent${index}`] = { [`branch:to:agent${index}`]: index };
      now[`branch:to:agent${index}`] = index + 1;
    }
    const bytes = (one: Checkpoint) => JSON.stringify([one.channel_versions, one.versions_seen]).length;
    const given = checkpointOf(seen, now);
    expect(bytes(packVersions(given))).toBeLessThan(bytes(given) / 4);
  });

  it("[F66] are read as an earlier release has packed them", () => {
    const seen = { __input__: {}, "|": { "": { __start__: 1 }, "branch:to:": { a: 2, b: [3, 7], c: [4] } } };
    const packed = checkpointOf(seen as unknown as Checkpoint["versions_seen"], { messages: 8, "branch:to:d": 8 });
    expect(unpackVersions(packed)).toEqual(
      checkpointOf(
        {
          __input__: {},
          __start__: { __start__: 1 },
          a: { "branch:to:a": 2 },
          b: { "branch:to:b": 3 },
          c: { "branch:to:c": 4 },
        },
        { messages: 8, "branch:to:d": 8, __start__: 2, "branch:to:a": 3, "branch:to:b": 7 },
      ),
    );
  });

  it("name a step's channels once where versions are no whole numbers", () => {
    const now = 12.123456789;
    const channels = ["messages", "turn", "handoffs", "activeAgent", "branch:to:b"];
    const given = checkpointOf(
      { a: { "branch:to:a": 11.987654321 } },
      { ...Object.fromEntries(channels.map((name) => [name, now])), "branch:to:a": now },
      Object.fromEntries(channels.map((name) => [name, 1])),
    );
    const text = JSON.stringify(packVersions(given));
    expect(text.split(String(now))).toHaveLength(2);
    expect(unpackVersions(JSON.parse(text) as Checkpoint)).toEqual(given);
  });

  it("are left alone where they are none of ours", () => {
    const given = checkpointOf({ a: { "branch:to:a": 1 } }, { "branch:to:a": 2 });
    expect(unpackVersions(given)).toBe(given);
    const odd = checkpointOf({ "|": { "branch:to:|": 1 } }, {});
    expect(packVersions(odd)).toBe(odd);
  });
});
