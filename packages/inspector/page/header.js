/** The page's head: which swarm, how the run stands, and its counts. */

import { byId } from "./dom.js";
import { count, duration } from "./format.js";
import { sumOf } from "./tokens.js";

const STATUS = {
  idle: "Ready",
  running: "Working",
  waiting: "Waiting for you",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
};

/** Shows the head; a screen reader is told what changes. */
export class Header {
  update({ status, timeline, tokens, handoffs, said }, { swarm = "swarm" }) {
    const sums = sumOf(tokens);
    setText("swarm-name", swarm);
    setText("status", STATUS[status]);
    byId("status").dataset.status = status;
    setText("count-time", duration(timeline.now));
    setText("count-handoffs", count(handoffs));
    setText("count-tokens", `${count(sums.input)} in · ${count(sums.output)} out`);
    setText("said", said);
    document.title = `${swarm} · swarmgraph`;
  }
}

function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}
