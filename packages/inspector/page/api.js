/** What the page asks its server. Every address is below the page's own, which holds the token. */

/** The page's address, with its token. */
export const BASE = new URL("./", document.baseURI);

/** A failure that the server named. */
export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "ApiError";
    this.code = code;
  }
}

/** GETs JSON. */
export async function getJson(path) {
  return (await ask(path)).json();
}

/** GETs text. */
export async function getText(path) {
  return (await ask(path)).text();
}

/** POSTs JSON, gives JSON. */
export async function postJson(path, body) {
  return (await ask(path, post(body))).json();
}

/** Runs a turn and gives its events. Leaving the loop, or the signal, ends the run. */
export async function* runTurn(body, signal) {
  const response = await ask("run", { ...post(body), signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) yield JSON.parse(block.slice("data: ".length));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function post(body) {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function ask(path, init) {
  const response = await fetch(new URL(path, BASE), init);
  if (response.ok) return response;
  const { error = {} } = await response.json().catch(() => ({}));
  throw new ApiError(error.code ?? "FAILED", error.message ?? `The server answered ${response.status}.`);
}
