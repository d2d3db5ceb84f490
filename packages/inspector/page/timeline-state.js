/** When each agent worked and each tool ran, in milliseconds of work: the time between runs is left out. Pure. */

/** The timeline after one more event. */
export function reduceTimeline(timeline, event) {
  const begun =
    timeline.base === undefined || event.type === "run.started"
      ? { ...timeline, base: event.ts - timeline.now }
      : timeline;
  const at = Math.max(begun.now, event.ts - begun.base);
  return { ...begun, now: at, ...changes(begun, event, at) };
}

function changes({ spans, hops }, event, at) {
  const { agent } = event;
  switch (event.type) {
    case "agent.started":
      return {
        spans: [...spans, { kind: "agent", key: `agent:${agent}`, agent, label: agent, start: at, end: undefined }],
      };
    case "agent.done":
    case "agent.error":
      return { spans: ended(spans, `agent:${agent}`, at) };
    case "message.started":
      return {
        spans: [
          ...spans,
          { kind: "model", key: `model:${event.id}`, agent, label: "model", start: at, end: undefined },
        ],
      };
    case "message.done":
    case "message.error":
      return { spans: ended(spans, `model:${event.id}`, at) };
    case "tool.started":
      return {
        spans: [
          ...spans,
          { kind: "tool", key: `tool:${event.callId}`, agent, label: event.tool, start: at, end: undefined },
        ],
      };
    case "tool.done":
    case "tool.error":
      return { spans: ended(spans, `tool:${event.callId}`, at, event.type === "tool.error") };
    case "handoff.done":
    case "handoff.refused":
    case "handoff.returned":
      return {
        hops: [
          ...hops,
          { from: event.from, to: event.to, at, status: event.type.slice("handoff.".length), reason: event.reason },
        ],
      };
    case "run.done":
    case "run.error":
    case "run.interrupted":
      return { spans: spans.map((span) => (span.end === undefined ? { ...span, end: at } : span)) };
    default:
      return {};
  }
}

function ended(spans, key, at, isError = false) {
  const index = spans.findLastIndex((span) => span.key === key && span.end === undefined);
  return index === -1 ? spans : spans.with(index, { ...spans[index], end: at, ...(isError && { isError }) });
}
