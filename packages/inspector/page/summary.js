/** What an event says, on one line. Pure. */
export function summaryOf(event) {
  switch (event.type) {
    case "run.started":
      return event.input ?? (event.resumed ? "goes on" : "");
    case "run.done":
      return event.output ?? "";
    case "run.interrupted":
      return `waits for ${event.interrupts.length === 1 ? "an answer" : `${event.interrupts.length} answers`}`;
    case "run.error":
      return `${event.code}: ${event.message}`;
    case "message.delta":
    case "reasoning.delta":
      return event.text;
    case "message.done":
      return [event.text, ...event.calls.map(({ name }) => `calls ${name}`)].filter((text) => text !== "").join(", ");
    case "tool.delta":
      return `${event.tool} ${event.args}`;
    case "tool.started":
      return `${event.tool} ${JSON.stringify(event.args)}`;
    case "tool.done":
    case "tool.error":
    case "tool.answered":
      return `${event.tool}: ${event.result}`;
    case "tool.found":
      return `${event.tool}: ${event.references.length} sources, ${event.files.length} files`;
    case "handoff.pending":
    case "handoff.started":
    case "handoff.done":
    case "handoff.error":
    case "handoff.returned":
    case "handoff.refused":
    case "handoff.dropped":
      return [`${event.from} → ${event.to}`, event.reason ?? event.code].filter(Boolean).join(": ");
    case "approval.requested":
      return `${event.name} needs ${event.needs === "result" ? "its result" : "an approval"}`;
    case "approval.settled":
      return [event.decision, event.reason].filter(Boolean).join(": ");
    case "limit.reached":
      return `${event.limit}: ${event.path.join(" → ")}`;
    case "guardrail.tripped":
      return `${event.guardrail} (${event.stage}): ${event.reason}`;
    case "human.requested":
      return [`${event.name} is asked`, event.handoff?.reason].filter(Boolean).join(": ");
    case "usage":
      return `${event.model ?? "model"}: ${event.tokens.input} in, ${event.tokens.output} out`;
    case "state.checkpoint":
      return `step ${event.step}, next: ${event.next.join(", ") || "nothing"}`;
    default:
      return "";
  }
}
