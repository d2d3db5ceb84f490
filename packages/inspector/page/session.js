/** A conversation with the swarm: its thread, the events so far, and the run under way. */

import { getJson, postJson, runTurn } from "./api.js";
import { chatOf } from "./chat-state.js";
import { cutOff, initialView, reduce } from "./state.js";

/** Runs turns and keeps what came of them. */
export class Session {
  view;
  events = [];
  threadId;
  /** Newest first. */
  checkpoints = [];
  problem;
  #header;
  #hasThreads;
  #onChange;
  #run;
  #ownRuns = new Set();

  constructor({ header, hasThreads }, onChange) {
    this.#header = header;
    this.#hasThreads = hasThreads;
    this.#onChange = onChange;
    this.begin();
  }

  get isRunning() {
    return this.#run !== undefined;
  }

  /** Whether this page began the run. */
  isOwn(runId) {
    return this.#ownRuns.has(runId);
  }

  /** Begins a new thread. */
  begin() {
    this.stop();
    this.view = initialView(this.#header);
    this.events = [];
    this.checkpoints = [];
    this.problem = undefined;
    this.threadId = this.#hasThreads ? randomId() : undefined;
    this.#onChange();
  }

  /** Goes on with a thread of before, where the server still has it. */
  async open(threadId) {
    const state = await this.#try(() => getJson(`threads/${encodeURIComponent(threadId)}/state`));
    if (state === undefined || Object.keys(state.values ?? {}).length === 0) return;
    this.stop();
    this.threadId = threadId;
    this.#show(state);
    await this.readCheckpoints();
  }

  /** Shows what a run made elsewhere has made of the thread. */
  async catchUp() {
    if (!this.isRunning) await this.open(this.threadId);
  }

  say(input) {
    return this.#turn({ input });
  }

  resume(resume) {
    return this.#turn({ resume });
  }

  /** Goes on where the run stopped, with nothing to say. */
  goOn() {
    return this.#turn({});
  }

  /** Ends the run under way; the thread keeps what was done. */
  stopRun() {
    this.stop();
    this.view = cutOff(this.view);
    this.#onChange();
    void this.readCheckpoints();
  }

  stop() {
    this.#run?.abort();
    this.#run = undefined;
  }

  /** The state at a checkpoint. */
  stateAt(id) {
    return this.#try(() => getJson(`${this.#thread()}/state?checkpoint=${encodeURIComponent(id)}`));
  }

  /** Makes a checkpoint the thread's newest, and shows the thread as it was there. */
  async fork(id) {
    if (this.isRunning) return;
    const state = await this.#try(() => postJson(`${this.#thread()}/fork`, { checkpointId: id }));
    if (state === undefined) return;
    this.#show(state);
    await this.readCheckpoints();
  }

  async readCheckpoints() {
    if (!this.#hasThreads) return;
    const states = await this.#try(() => getJson(`${this.#thread()}/history`));
    this.checkpoints = (states ?? []).map(({ checkpointId, ...rest }) => ({ id: checkpointId, ...rest }));
    this.#onChange();
  }

  #show({ values, interrupts, next }) {
    const { tokens } = this.view;
    this.events = [];
    this.view = {
      ...initialView(this.#header),
      tokens,
      status: next.length > 0 ? "waiting" : "done",
      active: values.activeAgent,
      chat: chatOf(values),
      interrupts,
      values,
    };
    this.#onChange();
  }

  async #turn(body) {
    if (this.isRunning) return;
    const run = new AbortController();
    this.#run = run;
    this.problem = undefined;
    this.#onChange();
    try {
      for await (const event of runTurn({ ...body, threadId: this.threadId }, run.signal)) {
        if (this.#run !== run) return;
        this.#ownRuns.add(event.runId);
        this.events = [...this.events, event];
        this.view = reduce(this.view, event);
        this.#onChange();
      }
    } catch (error) {
      if (!run.signal.aborted) this.problem = error.message;
    }
    if (this.#run !== run) return;
    this.#run = undefined;
    if (this.view.status === "running") this.view = cutOff(this.view);
    this.#onChange();
    await this.readCheckpoints();
  }

  async #try(ask) {
    try {
      return await ask();
    } catch (error) {
      this.problem = error.message;
      this.#onChange();
      return undefined;
    }
  }

  #thread() {
    return `threads/${encodeURIComponent(this.threadId)}`;
  }
}

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
