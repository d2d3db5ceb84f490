/** Where the reader writes to the swarm, goes on with a stopped run, and stops one. */

import { byId } from "./dom.js";

/** Makes the form work. */
export function makeComposer(session, { canRun, readOnly }) {
  const form = byId("composer");
  const message = byId("message");
  const send = () => {
    const text = message.value.trim();
    if (text === "" || session.isRunning) return;
    message.value = "";
    void session.say(text);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  message.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  byId("stop").addEventListener("click", () => session.stopRun());
  byId("go-on").addEventListener("click", () => void session.goOn());
  return {
    update({ isElsewhere, view }) {
      const isShown = canRun && !isElsewhere;
      const { isRunning } = session;
      form.hidden = !isShown;
      byId("read-only").hidden = isShown || isElsewhere || !readOnly;
      byId("send").hidden = isRunning;
      byId("stop").hidden = !isRunning;
      const stopped = view.status === "waiting" && view.interrupts.length === 0;
      byId("go-on").hidden = !isShown || isRunning || !stopped;
      message.placeholder = view.interrupts.length > 0 ? "Answer above, or write" : "Write to the swarm";
    },
  };
}
