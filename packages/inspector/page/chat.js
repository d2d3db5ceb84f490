/** The conversation: who said what, what was handed over and why, what each tool was asked and gave. */

import { byId, el, KeyedList } from "./dom.js";
import { brief, duration, pretty } from "./format.js";

const TOOL_STATUS = {
  running: "running",
  done: "done",
  error: "failed",
  waiting: "waiting",
  answered: "answered",
  stopped: "stopped",
  refused: "did not run",
};
const HANDOFF_STATUS = {
  refused: "refused",
  dropped: "left out",
  error: "cut off",
  returned: "answered",
  pending: "waiting",
  started: "on its way",
};

/** Shows the conversation, and stays at its end while the reader is there. */
export class ChatView {
  #log = byId("log");
  #list;
  #hues;
  #isAtEnd = true;

  constructor(hues) {
    this.#hues = hues;
    this.#list = new KeyedList(this.#log, (item) => this.#item(item));
    this.#log.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#log;
      this.#isAtEnd = scrollHeight - scrollTop - clientHeight < 60;
    });
    // An approval takes a part of the height.
    new ResizeObserver(() => this.#follow()).observe(this.#log);
  }

  update({ chat }) {
    this.#list.update(chat);
    byId("welcome").hidden = chat.length > 0;
    this.#follow();
  }

  #follow() {
    if (this.#isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #item(item) {
    switch (item.kind) {
      case "user":
        return el("li", { class: "user" }, el("p", { class: "visually-hidden", text: "You" }), said(item.text));
      case "message":
        return this.#message(item);
      case "tool":
        return this.#tool(item);
      case "handoff":
        return this.#handoff(item);
      default:
        return notice(item);
    }
  }

  #message({ agent, text, reasoning, isOpen, isCut }) {
    return el(
      "li",
      { class: isOpen ? "message is-open" : "message", data: { hue: this.#hues.of(agent) } },
      this.#who(agent),
      reasoning !== "" && el("details", { class: "reasoning" }, el("summary", { text: "Reasoning" }), said(reasoning)),
      said(text),
      isCut && el("p", { class: "hint", text: "Cut off here." }),
    );
  }

  #tool({ agent, tool, args, status, result, progress, startedAt, endedAt }) {
    const time = endedAt === undefined || startedAt === undefined ? undefined : duration(endedAt - startedAt);
    return el(
      "li",
      { class: "tool", data: { hue: this.#hues.of(agent), status } },
      el(
        "details",
        {},
        el(
          "summary",
          {},
          el("span", { class: "tool-name", text: tool }),
          el("span", { class: "tool-brief", text: brief(result ?? args ?? "") }),
          el("span", { class: "tool-status", text: TOOL_STATUS[status] ?? status }),
          time !== undefined && el("span", { class: "tool-time", text: time }),
        ),
        el("p", { class: "called", text: `Called by ${agent}` }),
        part("Arguments", args),
        part("Progress", progress),
        part(status === "error" ? "Error" : "Result", result),
      ),
    );
  }

  #handoff({ from, to, status, reason, input, code }) {
    const state = HANDOFF_STATUS[status];
    // A reason is the input of most handoffs, and shown already.
    const hasMore = Object.keys(input ?? {}).some((key) => key !== "reason" || input.reason !== reason);
    return el(
      "li",
      { class: "handoff", data: { status } },
      el(
        "p",
        { class: "handoff-line" },
        el("span", { class: "agent-label", data: { hue: this.#hues.of(from) }, text: from }),
        el("span", { class: "handoff-arrow", "aria-hidden": "true", text: "→" }),
        el("span", { class: "visually-hidden", text: " to " }),
        el("span", { class: "agent-label", data: { hue: this.#hues.of(to) }, text: to }),
        state !== undefined && el("span", { class: "handoff-status", text: state }),
      ),
      reason !== undefined && el("p", { class: "handoff-reason", text: reason }),
      code !== undefined && reason === undefined && el("p", { class: "handoff-reason", text: code }),
      hasMore && el("details", {}, el("summary", { text: "Input" }), el("pre", { tabindex: 0, text: pretty(input) })),
    );
  }

  #who(agent) {
    return el(
      "p",
      { class: "who" },
      el("span", { class: "dot", "aria-hidden": "true" }),
      el("span", { text: agent ?? "assistant" }),
    );
  }
}

function said(text) {
  return el("p", { class: "said", text });
}

function part(label, value) {
  if (value === undefined || value === "") return undefined;
  return el("div", { class: "part" }, el("p", { text: label }), el("pre", { tabindex: 0, text: pretty(value) }));
}

function notice({ tone, title, text }) {
  return el(
    "li",
    { class: "notice", data: { tone } },
    el("p", { class: "notice-title", text: title }),
    text !== undefined && text !== "" && el("p", { text }),
  );
}
