/** The card that asks for what a run waits for: a handoff's approval, tool calls, a person's words, anything else. */

import { answerOf, kindOf, resumeOf } from "./answers.js";
import { byId, el } from "./dom.js";
import { pretty } from "./format.js";

/** Shows the questions of a stopped run, and sends the answers together. */
export class ApprovalCard {
  #root = byId("approval");
  #onResume;
  #asked;
  #filled = [];

  constructor(onResume) {
    this.#onResume = onResume;
  }

  /** `canAnswer` is false in a replay, for a run made elsewhere, and where the page is read-only: the questions are shown, and no buttons. */
  update({ interrupts }, canAnswer) {
    if (this.#asked?.interrupts === interrupts && this.#asked.canAnswer === canAnswer) return;
    this.#asked = { interrupts, canAnswer };
    this.#filled = interrupts.map(() => ({}));
    this.#root.hidden = interrupts.length === 0;
    if (interrupts.length === 0) {
      this.#root.replaceChildren();
      return;
    }
    this.#root.replaceChildren(
      el("h2", { text: "The run waits for you" }),
      ...interrupts.map((interrupt, index) => this.#question(interrupt, index)),
      canAnswer
        ? this.#foot(interrupts)
        : el("p", {
            class: "hint",
            text: "It cannot be answered from here: this is a recording, a run made elsewhere, or the page is read-only.",
          }),
    );
    if (canAnswer) this.#root.focus();
  }

  #question(interrupt, index) {
    const set = (values) => this.#fill(index, values);
    switch (kindOf(interrupt)) {
      case "handoff":
        return this.#handoff(interrupt.value, set);
      case "tools":
        return el(
          "div",
          { class: "question" },
          interrupt.value.calls.map((call) => this.#call(interrupt.value.agent, call, index)),
        );
      case "human":
        return this.#human(interrupt.value, set);
      default:
        return el(
          "div",
          { class: "question" },
          el("pre", { tabindex: 0, text: pretty(interrupt.value) }),
          this.#field("Answer, as JSON or text", (text) => set({ text })),
        );
    }
  }

  #handoff({ from, to, reason, input, alternatives = [] }, set) {
    return el(
      "div",
      { class: "question" },
      el("p", { class: "ask" }, el("strong", { text: from }), " wants to hand off to ", el("strong", { text: to })),
      reason !== undefined && el("p", { class: "why", text: reason }),
      hasEntries(input) && el("pre", { tabindex: 0, text: pretty(input) }),
      this.#choice(
        [
          ["approve", "Approve"],
          ["deny", "Deny"],
          ...(alternatives.length > 0 ? [["redirect", "Send elsewhere"]] : []),
        ],
        `Decision on the handoff to ${to}`,
        set,
        {
          deny: () => this.#field("Reason, which the agent reads", (value) => set({ reason: value })),
          redirect: () => this.#select("Send to", alternatives, (value) => set({ to: value })),
        },
      ),
    );
  }

  #call(agent, { callId, name, args, needs }, index) {
    const set = (values) => {
      const calls = this.#filled[index].calls ?? {};
      this.#fill(index, { calls: { ...calls, [callId]: { ...calls[callId], ...values } } });
    };
    return el(
      "div",
      { class: "call" },
      el("p", { class: "ask" }, el("strong", { text: agent }), " wants to call ", el("code", { text: name })),
      hasEntries(args) && el("pre", { tabindex: 0, text: pretty(args) }),
      needs === "result"
        ? [
            this.#field(`Result of ${name}`, (result) => set({ result })),
            el(
              "label",
              { class: "check" },
              el("input", { type: "checkbox", on: { change: ({ target }) => set({ isError: target.checked }) } }),
              " It failed",
            ),
          ]
        : this.#choice(
            [
              ["approve", "Approve"],
              ["deny", "Deny"],
            ],
            `Decision on ${name}`,
            set,
            {
              deny: () => this.#field("Reason, which the agent reads", (reason) => set({ reason })),
            },
          ),
    );
  }

  #human({ name, handoff, canHandoffTo = [], problem }, set) {
    return el(
      "div",
      { class: "question" },
      el("p", { class: "ask" }, "Answer as ", el("strong", { text: name })),
      handoff?.reason !== undefined && el("p", { class: "why", text: `${handoff.from}: ${handoff.reason}` }),
      problem !== undefined && el("p", { class: "problem", text: problem }),
      this.#field("What you say, or why you hand off", (text) => set({ text })),
      canHandoffTo.length > 0 && this.#select("Hand off to", ["", ...canHandoffTo], (to) => set({ to })),
    );
  }

  #foot(interrupts) {
    const send = el("button", { type: "button", class: "primary", text: "Send answer" });
    send.addEventListener("click", () => {
      const answers = interrupts.map((interrupt, index) => answerOf(interrupt, this.#filled[index]));
      if (answers.includes(undefined)) byId("approval-problem").textContent = "Decide on each of them first.";
      else this.#onResume(resumeOf(interrupts, answers));
    });
    return el("div", { class: "foot" }, el("p", { id: "approval-problem", class: "problem", role: "alert" }), send);
  }

  #fill(index, values) {
    this.#filled = this.#filled.with(index, { ...this.#filled[index], ...values });
  }

  /** Radio buttons; what belongs to the chosen one is asked below them. */
  #choice(options, label, set, further) {
    const name = `choice-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const place = el("div", { class: "further" });
    const radios = options.map(([value, text]) =>
      el(
        "label",
        { class: "radio" },
        el("input", {
          type: "radio",
          name,
          value,
          on: {
            change: () => {
              set({ decision: value });
              place.replaceChildren(...[further[value]?.()].filter(Boolean));
            },
          },
        }),
        el("span", { text }),
      ),
    );
    return el(
      "fieldset",
      {},
      el("legend", { class: "visually-hidden", text: label }),
      el("div", { class: "radios" }, radios),
      place,
    );
  }

  #field(label, onInput) {
    return el(
      "label",
      { class: "field" },
      el("span", { text: label }),
      el("textarea", { rows: 2, on: { input: ({ target }) => onInput(target.value) } }),
    );
  }

  #select(label, options, onChange) {
    onChange(options[0]);
    return el(
      "label",
      { class: "field" },
      el("span", { text: label }),
      el(
        "select",
        { on: { change: ({ target }) => onChange(target.value) } },
        options.map((value) => el("option", { value, text: value === "" ? "Nobody: just answer" : value })),
      ),
    );
  }
}

function hasEntries(value) {
  return value !== undefined && value !== null && (typeof value !== "object" || Object.keys(value).length > 0);
}
