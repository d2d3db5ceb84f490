import { AIMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createRegistry, findHandoff, routeHandoffs } from "../../src/index.ts";

const call = (name: string) => ({ name, args: {}, id: name });
const asks = (...names: string[]) => new AIMessage({ content: "", id: "m1", tool_calls: names.map(call) });

describe("findHandoff", () => {
  const registry = createRegistry(["writer", "editor"]);

  it("takes any agent of the registry where nothing is said about who is allowed", () => {
    const message = asks("search", "transfer_to_writer", "transfer_to_editor");
    expect(findHandoff(message, registry)?.target).toBe("writer");
  });

  it("passes over those that are not allowed", () => {
    const message = asks("transfer_to_writer", "transfer_to_editor");
    expect(findHandoff(message, registry, { allowed: new Set(["editor"]) })?.target).toBe("editor");
    expect(findHandoff(message, registry, { allowed: new Set() })).toBeUndefined();
  });
});

describe("routeHandoffs without a node of the agent's own", () => {
  it.each([
    ["a regular call that no node runs", asks("search")],
    ["a handoff to an agent that is no target", asks("transfer_to_nobody")],
    ["an answer", new AIMessage("Done.")],
  ])("goes to otherwise after %s", (_what, message) => {
    expect(routeHandoffs({ targets: ["writer"], otherwise: "summary" })({ messages: [message] })).toBe("summary");
    expect(routeHandoffs({ targets: ["writer"] })({ messages: [message] })).toBe("__end__");
  });
});
