/** The server's feed of runs, wherever they were begun. The connection comes back by itself, and misses nothing that is kept. */

import { BASE } from "./api.js";

/** How long it waits where the browser itself gave up, in milliseconds. */
const PAUSE = 3_000;

/**
 * Opens the feed. `onHello` gets the version that is served, at each connection; `onRestart` is told where the server has
 * forgotten what it told; `onEvent(event, isNew)` gets each event, `isNew` where it happened since; `onConnection(is)` what
 * becomes of the connection.
 */
export function openFeed({ onHello, onRestart, onEvent, onConnection }) {
  let last;
  /** The newest event that was there when the page came. */
  let newest;
  const connect = () => {
    const address = new URL("feed", BASE);
    if (last !== undefined) address.searchParams.set("after", last);
    const source = new EventSource(address);
    source.addEventListener("hello", ({ data }) => {
      const hello = JSON.parse(data);
      onConnection(true);
      if (last !== undefined && feedOf(hello.last) !== feedOf(last)) {
        last = undefined;
        onRestart();
      }
      newest = last === undefined ? hello.last : null;
      onHello(hello.version);
    });
    source.addEventListener("message", ({ data, lastEventId }) => {
      last = lastEventId;
      onEvent(JSON.parse(data), newest === null);
      if (lastEventId === newest) newest = null;
    });
    source.addEventListener("error", () => {
      onConnection(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, PAUSE);
    });
  };
  connect();
}

/** Ids are of one feed, which does not outlive its process. */
function feedOf(id) {
  return id?.split("-")[0];
}
