/** The bar that shows runs made elsewhere, while there are any, and tells when another version of the swarm is served. */

import { byId, el } from "./dom.js";
import { openFeed } from "./feed.js";
import { brief } from "./format.js";
import { cutRuns, nameOf, reduceRuns } from "./runs-state.js";

const ENDS = new Set(["run.done", "run.interrupted", "run.error"]);
const LOADED = "swarmgraph-loaded";

/** Follows the server's runs; the page's own are left out. */
export class FollowBar {
  #bar = byId("follow");
  #select = byId("follow-run");
  #runs = [];
  /** The key of the run that is shown; none while the page's own conversation is. */
  #chosen;
  /** Whether the reader chose it. */
  #isChosen = false;
  #data;
  #session;
  #actions;

  /** `actions.isBusy()`: whether the reader would be disturbed; `actions.open(threadId)` goes on with a thread here. */
  constructor(data, session, actions) {
    this.#data = data;
    this.#session = session;
    this.#actions = actions;
    this.#select.addEventListener("change", () => {
      this.#isChosen = true;
      this.#choose(this.#select.value === "" ? undefined : this.#select.value);
    });
    byId("follow-open").addEventListener("click", () => {
      const { threadId } = this.shown;
      this.leave();
      actions.open(threadId);
    });
    byId("load-new").addEventListener("click", () => location.reload());
  }

  /** The run that is shown in place of the page's own conversation. */
  get shown() {
    return this.#others().find(({ key }) => key === this.#chosen);
  }

  /** Shows the page's own conversation again. */
  leave() {
    this.#isChosen = true;
    this.#choose(undefined);
  }

  connect() {
    openFeed({
      onHello: (version) => this.#check(version),
      onRestart: () => this.#set(cutRuns(this.#runs)),
      onEvent: (event, isNew) => this.#take(event, isNew),
      onConnection: (is) => (byId("disconnected").hidden = is),
    });
  }

  update(isReplay) {
    const others = this.#others();
    this.#bar.hidden = others.length === 0 || isReplay;
    const names = new Map([
      ["", "This page's conversation"],
      ...others.map((run) => [run.key, brief(nameOf(run), 70)]),
    ]);
    const options = [...this.#select.options];
    const isSame = options.length === names.size && options.every(({ value, text }) => names.get(value) === text);
    if (!isSame) this.#select.replaceChildren(...[...names].map(([value, text]) => el("option", { value, text })));
    this.#select.value = this.shown?.key ?? "";
    const { canRun, hasThreads } = this.#data;
    byId("follow-open").hidden = !canRun || !hasThreads || this.shown?.threadId === undefined;
  }

  #others() {
    const { threadId } = this.#session;
    return this.#runs.filter(
      (run) => !this.#session.isOwn(run.runId) && (threadId === undefined || run.threadId !== threadId),
    );
  }

  #choose(key) {
    this.#chosen = key;
    this.#actions.onChange();
  }

  #set(runs) {
    this.#runs = runs;
    this.#actions.onChange();
  }

  #take(event, isNew) {
    this.#set(reduceRuns(this.#runs, event, this.#data.header));
    const isThread = event.threadId !== undefined && event.threadId === this.#session.threadId;
    if (isNew && isThread && ENDS.has(event.type) && !this.#session.isOwn(event.runId)) this.#session.catchUp();
    const isUnderWay = isNew ? event.type === "run.started" : !ENDS.has(event.type);
    const isFree = !this.#isChosen && !this.#actions.isBusy() && !this.#hasTalk();
    if (isUnderWay && isFree && this.shown?.view.status !== "running") {
      this.#chosen = event.threadId ?? event.runId;
    }
  }

  #hasTalk() {
    return this.#session.view.chat.length > 0;
  }

  /** Loads the page anew for another version, once for each: two servers behind one address would take turns for ever. */
  #check(version) {
    if (version === this.#data.version) return;
    const isLoaded = sessionStorage.getItem(LOADED) === version;
    const isLost = !this.#data.hasThreads && this.#hasTalk();
    if (isLoaded || isLost || this.#actions.isBusy()) {
      byId("outdated").hidden = false;
      return;
    }
    sessionStorage.setItem(LOADED, version);
    location.reload();
  }
}
