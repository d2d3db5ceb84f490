/** The bar that walks through a recording: to and fro, event by event, or in its own time. */

import { byId } from "./dom.js";
import { count } from "./format.js";

/** No pause is longer, in milliseconds: nobody waits for a model twice. */
const LONGEST = 1_200;

/** Holds a recording and the place in it. */
export class ReplayBar {
  #bar = byId("replay");
  #range = byId("replay-range");
  #play = byId("replay-play");
  #speed = byId("replay-speed");
  #events = [];
  #place = 0;
  #timer;
  #onChange;

  /** `onChange(events)` gets the events up to the place. */
  constructor({ onChange, onClose }) {
    this.#onChange = onChange;
    this.#range.addEventListener("input", () => {
      this.#stop();
      this.#go(this.#range.valueAsNumber);
    });
    this.#play.addEventListener("click", () => (this.#timer === undefined ? this.#start() : this.#stop()));
    byId("replay-back").addEventListener("click", () => this.#step(-1));
    byId("replay-forward").addEventListener("click", () => this.#step(1));
    byId("replay-close").addEventListener("click", onClose);
  }

  /** Opens at the end: the whole run is there to see. */
  open(events) {
    this.#stop();
    this.#events = events;
    this.#range.max = String(events.length);
    this.#bar.hidden = false;
    this.#go(events.length);
  }

  close() {
    this.#stop();
    this.#bar.hidden = true;
  }

  #step(by) {
    this.#stop();
    this.#go(Math.min(this.#events.length, Math.max(0, this.#place + by)));
  }

  #go(place) {
    this.#place = place;
    this.#range.value = String(place);
    const type = this.#events[place - 1]?.type ?? "before the run";
    this.#range.setAttribute("aria-valuetext", `event ${place} of ${this.#events.length}, ${type}`);
    byId("replay-place").textContent = `${count(place)} / ${count(this.#events.length)} · ${type}`;
    this.#onChange(this.#events.slice(0, place));
  }

  #start() {
    if (this.#place === this.#events.length) this.#go(0);
    this.#play.textContent = "Pause";
    this.#next();
  }

  #next() {
    const [now, next] = this.#events.slice(Math.max(0, this.#place - 1), this.#place + 1);
    const pause = Math.min(LONGEST, Math.max(0, (next?.ts ?? 0) - (now?.ts ?? 0))) / Number(this.#speed.value);
    this.#timer = setTimeout(
      () => {
        this.#go(this.#place + 1);
        if (this.#place < this.#events.length) this.#next();
        else this.#stop();
      },
      Math.max(16, pause),
    );
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }
}
