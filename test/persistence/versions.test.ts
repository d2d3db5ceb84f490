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

function checkpointOf(seen: Checkpoint["versions_seen"], now: Checkpoint["channel_versions"]): Checkpoint {
  return { v: 4, id: "c", ts: "t", channel_values: { turn: 1 }, channel_versions: now, versions_seen: seen };
}

const checkpoint = fc
  .tuple(
    seenByNodes,
    fc.dictionary(
      node.chain((name) => channelOf(name)),
      version,
    ),
  )
  .map(([seen, now]) => checkpointOf(seen, now));

describe("packed versions", () => {
  it("[I13] are unpacked to what they were, through JSON as well", () => {
    fc.assert(
      fc.property(checkpoint, (given) => {
        const before = JSON.stringify(given);
        expect(unpackVersions(packVersions(given))).toEqual(given);
        expect(unpackVersions(JSON.parse(JSON.stringify(packVersions(given))) as Checkpoint)).toEqual(given);
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

  it("are left alone where they are none of ours", () => {
    const given = checkpointOf({ a: { "branch:to:a": 1 } }, { "branch:to:a": 2 });
    expect(unpackVersions(given)).toBe(given);
    const odd = checkpointOf({ "|": { "branch:to:|": 1 } }, {});
    expect(packVersions(odd)).toBe(odd);
  });
});
