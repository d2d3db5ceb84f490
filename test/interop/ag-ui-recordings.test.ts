import { readFile } from "node:fs/promises";
import { runHttpRequest, transformHttpEventStream, verifyEvents } from "@ag-ui/client";
import type { BaseEvent } from "@ag-ui/client";
import { EventSchemas } from "@ag-ui/core/schemas";
import { fromJsonl, toAgUi } from "swarmgraph";
import { describe, expect, it } from "vitest";

async function readRecording(name: string) {
  return fromJsonl(await readFile(new URL(`../observe/golden/${name}.jsonl`, import.meta.url), "utf8"));
}

/** The events as AG-UI's client reads them off the wire; rejects where they are not in its order. */
function verified(events: readonly BaseEvent[]): Promise<BaseEvent[]> {
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const response = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  const read: BaseEvent[] = [];
  return new Promise((resolve, reject) => {
    verifyEvents()(transformHttpEventStream(runHttpRequest(response))).subscribe({
      next: (event) => read.push(event),
      error: reject,
      complete: () => resolve(read),
    });
  });
}

describe.each(["refund", "approval", "guarded", "broken"])("the run %j", (name) => {
  it("is told to AG-UI as its own schemas and its client's order have it", async () => {
    const { events } = await readRecording(name);
    const told = toAgUi(events).map((event) => EventSchemas.parse(event) as BaseEvent);
    expect(await verified(told)).toEqual(told);
    const states = told.filter(({ type }) => type.startsWith("STATE_"));
    if (name !== "broken") expect(states.length).toBeGreaterThan(0);
  });
});
