import { describe, expect, it } from "vitest";
import { createHandoffTool, createRegistry, isHandoffTool } from "../../src/index.ts";
import { echo } from "../support.ts";

describe("isHandoffTool", () => {
  it.each([
    ["[B14]", "transfer_to_researcher", "researcher"],
    ["[B15]", "transfer_to_data_processor", "data_processor"],
  ])("%s finds the target of %s", (_id, name, target) => {
    expect(isHandoffTool(name)).toEqual([true, target]);
  });

  it.each([
    ["[B16]", "calculate"],
    ["[B17]", "transfer_from_researcher"],
    ["[B18]", "transfer_to_"],
    ["[B19]", "Transfer_To_Researcher"],
    ["[B20]", null],
    ["[B20]", undefined],
    ["[B20]", 7],
    ["[B20]", {}],
    ["[B20]", { function: null }],
  ])("%s says no to %j", (_id, value) => {
    expect(isHandoffTool(value)).toEqual([false, null]);
  });

  it("[B21] judges names, calls of either shape and tools alike", () => {
    const expected = [true, "writer"];
    expect(isHandoffTool({ name: "transfer_to_writer" })).toEqual(expected);
    expect(isHandoffTool({ id: "1", type: "function", function: { name: "transfer_to_writer" } })).toEqual(expected);
    expect(isHandoffTool({ name: "transfer_to_writer", args: {}, id: "1", type: "tool_call" })).toEqual(expected);
    expect(isHandoffTool(createHandoffTool("writer"))).toEqual(expected);
    expect(isHandoffTool(echo)).toEqual([false, null]);
  });

  it("[B22] goes by the registry where one is given", () => {
    const registry = createRegistry(["writer"]);
    expect(isHandoffTool("transfer_to_account", { registry })).toEqual([false, null]);
    expect(isHandoffTool("transfer_to_writer", { registry })).toEqual([true, "writer"]);
  });

  it("[B23] honours a prefix of one's own in both directions", () => {
    const prefix = "handoff_to_";
    const tool = createHandoffTool("writer", { prefix });
    expect(tool.name).toBe("handoff_to_writer");
    expect(isHandoffTool(tool.name, { prefix })).toEqual([true, "writer"]);
    expect(isHandoffTool("transfer_to_writer", { prefix })).toEqual([false, null]);
    expect(() => createHandoffTool("writer", { prefix: "to " })).toThrow(/prefix/);
  });

  it("believes the brand of a tool, never what it says of itself", () => {
    const tool = createHandoffTool("writer");
    const forged = { name: "transfer_to_writer", metadata: tool.metadata, invoke: () => "gotcha" };
    expect(isHandoffTool(forged)).toEqual([false, null]);
  });

  it("narrows", () => {
    const [is, target] = isHandoffTool("transfer_to_writer");
    const name: string = is ? target : "nobody";
    expect(name).toBe("writer");
  });
});
