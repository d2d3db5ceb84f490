/** The conversation as a list of items, each with a key of its own. Pure. */

/** The items after one more event. */
export function reduceChat(chat, event) {
  const { agent, ts } = event;
  switch (event.type) {
    case "run.started":
      return event.input === undefined
        ? chat
        : [...chat, { kind: "user", key: `user:${event.runId}`, text: event.input }];
    case "message.delta":
      return patch(chat, messageKey(event), (item) => ({
        ...open(item, agent),
        text: (item?.text ?? "") + event.text,
      }));
    case "reasoning.delta":
      return patch(chat, messageKey(event), (item) => ({
        ...open(item, agent),
        reasoning: (item?.reasoning ?? "") + event.text,
      }));
    case "message.done":
      return closed(chat, event);
    case "message.error":
      return event.reason === "replaced"
        ? chat.filter((item) => item.key !== messageKey(event))
        : update(chat, messageKey(event), { isOpen: false, isCut: true });
    case "tool.started":
      return patch(chat, toolKey(event), (item) => ({
        ...item,
        kind: "tool",
        agent,
        tool: event.tool,
        args: event.args,
        status: "running",
        startedAt: ts,
      }));
    case "tool.progress":
      return update(chat, toolKey(event), { progress: event.data });
    case "tool.done":
      return update(chat, toolKey(event), { status: "done", result: event.result, endedAt: ts });
    case "tool.error":
      return update(chat, toolKey(event), { status: "error", result: event.result, endedAt: ts });
    case "tool.answered":
      return patch(chat, toolKey(event), (item) => ({
        args: undefined,
        ...item,
        kind: "tool",
        agent,
        tool: event.tool,
        status: event.isError ? "refused" : "answered",
        result: event.result,
      }));
    case "approval.requested":
      if (event.approval === "handoff") return chat;
      return patch(chat, toolKey(event), (item) => ({
        ...item,
        kind: "tool",
        agent,
        tool: event.name,
        args: event.input,
        status: "waiting",
      }));
    case "approval.settled":
      return [...chat, notice(event, "approval", settled(event), event.reason)];
    case "handoff.started":
    case "handoff.done":
    case "handoff.error":
    case "handoff.refused":
    case "handoff.dropped":
    case "handoff.returned":
      return handoff(chat, event);
    case "limit.reached":
      return [...chat, notice(event, "limit", `Limit reached: ${event.limit}`, event.path.join(" → "))];
    case "guardrail.tripped":
      return [...chat, notice(event, "guardrail", `Guardrail: ${event.guardrail}`, event.reason)];
    case "run.error":
      return [...chat, notice(event, "error", event.code, event.message)];
    default:
      return chat;
  }
}

/** A stored thread's conversation: its messages, with the ledger's handoffs at their calls. */
export function chatOf(values = {}) {
  const ledger = new Map((values.handoffs ?? []).map((entry) => [entry.callId, entry]));
  const messages = values.messages ?? [];
  const items = messages.flatMap((message, index) => itemsOf(message, index, ledger));
  return items.map((item) => (item.kind === "tool" ? { ...item, ...answerOf(item, messages) } : item));
}

function itemsOf({ id, type, name, content, calls = [] }, index, ledger) {
  const text = textOf(content);
  const key = `stored:${index}:${id ?? ""}`;
  if (type === "human") return [{ kind: "user", key, text }];
  if (type !== "ai") return [];
  const said = text === "" ? [] : [{ kind: "message", key, agent: name, text, reasoning: "", isOpen: false }];
  return [
    ...said,
    ...calls.map((call) => {
      const taken = ledger.get(call.id);
      if (taken === undefined) {
        const args = call.args ?? call.rawArgs;
        return {
          kind: "tool",
          key: `tool:${call.id}`,
          callId: call.id,
          agent: name,
          tool: call.name,
          args,
          status: "waiting",
        };
      }
      const { from, to, status, reason, input } = taken;
      return { kind: "handoff", key: `handoff:${taken.id}`, from, to, status, reason, input };
    }),
  ];
}

function answerOf({ callId }, messages) {
  const answer = messages.find((message) => message.type === "tool" && message.callId === callId);
  if (answer === undefined) return {};
  return { status: answer.status === "error" ? "error" : "done", result: textOf(answer.content) };
}

/** The text of a message's content, which may be blocks. */
function textOf(content) {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((block) => (typeof block === "string" ? block : (block?.text ?? ""))).join("");
}

function open(item, agent) {
  return { reasoning: "", text: "", ...item, kind: "message", agent, isOpen: true };
}

/** A message that said nothing, as one that only calls, is not shown. */
function closed(chat, event) {
  const key = messageKey(event);
  const isShown = chat.some((item) => item.key === key);
  if (event.text === "" && !isShown) return chat;
  return patch(chat, key, (item) => ({ ...open(item, event.agent), text: event.text, isOpen: false }));
}

function handoff(chat, event) {
  const { type, from, to, reason, input, code } = event;
  const status = type.slice("handoff.".length);
  const key = `handoff:${status === "returned" ? "returned:" : ""}${event.id}`;
  return patch(chat, key, (item) => ({
    input,
    ...item,
    kind: "handoff",
    from,
    to,
    status,
    // An error's reason is only that the run ended.
    reason: status === "error" ? item?.reason : (reason ?? item?.reason),
    code,
  }));
}

function notice(event, tone, title, text) {
  return { kind: "notice", key: `notice:${event.runId}:${event.seq}`, agent: event.agent, tone, title, text };
}

function settled({ approval, decision }) {
  const what = approval === "handoff" ? "The handoff" : "The tool call";
  if (decision === "granted") return `${what} was approved`;
  return decision === "denied" ? `${what} was denied` : `${what} was sent elsewhere`;
}

function messageKey({ id }) {
  return `message:${id}`;
}

function toolKey({ callId }) {
  return `tool:${callId}`;
}

/** Changes the item of that key, or adds one. */
function patch(chat, key, change) {
  const index = chat.findLastIndex((item) => item.key === key);
  const item = { ...change(chat[index]), key };
  return index === -1 ? [...chat, item] : chat.with(index, item);
}

/** Changes the item of that key, where there is one. */
function update(chat, key, values) {
  return chat.some((item) => item.key === key) ? patch(chat, key, (item) => ({ ...item, ...values })) : chat;
}
