import { expect, it } from "vitest";
import { open, run } from "./office.ts";
import { OFFICES } from "./offices.ts";

it("[F82] a guard is asked again once the tools beside the handoff have run", async () => {
  const banking = OFFICES["banking"];
  if (banking === undefined) throw new Error("there is no bank");
  const { graph, trace } = open(banking.office, () => "«close_account»");
  await run(graph, "Please «read_note» and «transfer_to_payments»", { trace, watch: () => false });
  expect(trace.filter((step) => step.kind === "ran").map(({ tool }) => tool)).toEqual(["read_note"]);
});
