/** Puts the page together: what the server has, a session or a replay, and the views of it. */

import { getJson, getText } from "./api.js";
import { ApprovalCard } from "./approvals.js";
import { ChatView } from "./chat.js";
import { CheckpointsView } from "./checkpoints.js";
import { makeComposer } from "./composer.js";
import { byId } from "./dom.js";
import { drawingText } from "./drawing.js";
import { EventsView } from "./events.js";
import { FollowBar } from "./follow.js";
import { GraphView } from "./graph.js";
import { Header } from "./header.js";
import { Hues } from "./hues.js";
import { makePanes } from "./panes.js";
import { parseRecording, toRecording } from "./recording.js";
import { ReplayBar } from "./replay.js";
import { saveFile } from "./save.js";
import { Session } from "./session.js";
import { initialView, reduceAll } from "./state.js";
import { makeTabs } from "./tabs.js";
import { makeTheme } from "./theme.js";
import { TimelineView } from "./timeline.js";
import { TokensView } from "./tokens.js";

makeTheme(byId("theme"));
const data = await getJson("graph");
const hues = new Hues((data.header.agents ?? []).map(({ name }) => name));
/** The recording that is open, and the view of it at its place. */
let replayed;
let tab = "timeline";
let isDue = false;

const session = new Session(data, () => schedule());
const header = new Header();
const chat = new ChatView(hues);
const timeline = new TimelineView(hues);
const events = new EventsView(hues, () => schedule());
const tokens = new TokensView(hues);
const approval = new ApprovalCard((resume) => session.resume(resume));
const checkpoints = new CheckpointsView({ show: (id) => session.stateAt(id), fork: (id) => fork(id) });
const composer = makeComposer(session, data);
const replay = new ReplayBar({
  onChange: (past) => {
    replayed = { ...replayed, events: past, view: reduceAll(initialView(replayed.header), past) };
    schedule();
  },
  onClose: () => closeRecording(),
});
const follow = new FollowBar(data, session, {
  onChange: () => schedule(),
  isBusy: () => replayed !== undefined || session.isRunning || byId("message").value !== "",
  open: (threadId) => open(threadId),
});
let graph = new GraphView(data, hues);

makeTabs("tabs", (name) => {
  tab = name;
  schedule();
});
makePanes();
wireHeader();
await begin();

/** Draws once per frame, however many events come. */
function schedule() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    show();
  });
}

function show() {
  const run = replayed ?? follow.shown;
  const { view, events: past } = run ?? session;
  header.update(view, replayed?.header ?? data.header);
  graph.update(view);
  chat.update(view);
  follow.update(replayed !== undefined);
  approval.update(view, run === undefined && data.canRun && !session.isRunning);
  composer.update({ isElsewhere: run !== undefined, view });
  byId("problem").textContent = session.problem ?? "";
  if (tab === "timeline") timeline.update(view);
  if (tab === "events") events.update(past);
  if (tab === "tokens") tokens.update(view);
  if (tab === "state") showState(run);
}

/** `run`: what is shown in place of the page's own conversation. */
function showState(run) {
  const { view } = run ?? session;
  const isOwn = run === undefined;
  const list = isOwn && session.checkpoints.length > 0 ? session.checkpoints : view.checkpoints.toReversed();
  checkpoints.update({
    threadId: isOwn ? session.threadId : run.events[0]?.threadId,
    checkpoints: list,
    values: view.values,
    canRead: isOwn && data.hasThreads,
    canFork: isOwn && data.hasThreads && data.canRun && !session.isRunning,
  });
}

async function open(threadId) {
  checkpoints.reset();
  await session.open(threadId);
  remember();
  byId("log").focus();
}

async function fork(id) {
  checkpoints.reset();
  await session.fork(id);
  byId("log").focus();
}

function openRecording(text) {
  const { header: recorded, events: all } = parseRecording(text);
  session.stop();
  const isSame = recorded.hash !== undefined && recorded.hash === data.header.hash;
  replayed = { header: recorded, all, events: [], view: initialView(recorded) };
  graph = new GraphView({ svg: isSame ? data.svg : null, header: recorded }, hues);
  checkpoints.reset();
  replay.open(all);
}

function closeRecording() {
  replayed = undefined;
  replay.close();
  graph = new GraphView(data, hues);
  checkpoints.reset();
  schedule();
}

function wireHeader() {
  const file = byId("recording-file");
  byId("open-recording").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (chosen !== undefined) tryOpen(await chosen.text());
  });
  byId("new-thread").addEventListener("click", () => {
    checkpoints.reset();
    follow.leave();
    session.begin();
    remember();
    byId("message").focus();
  });
  byId("save-svg").addEventListener("click", () => {
    const svg = (replayed?.header ?? data.header).hash === data.header.hash ? data.svg : null;
    if (graph.drawing) saveFile("swarm.svg", "image/svg+xml", drawingText(graph.drawing, svg));
  });
  byId("save-mermaid").addEventListener("click", () =>
    saveFile("swarm.mmd", "text/plain", (replayed?.header ?? data.header).mermaid ?? ""),
  );
  byId("save-jsonl").addEventListener("click", () =>
    saveFile(
      "run.jsonl",
      "application/x-ndjson",
      toRecording(replayed?.header ?? data.header, replayed?.all ?? (follow.shown ?? session).events),
    ),
  );
}

function tryOpen(text) {
  try {
    session.problem = undefined;
    openRecording(text);
  } catch (error) {
    session.problem = error.message;
  }
  schedule();
}

async function begin() {
  byId("new-thread").hidden = !data.canRun;
  byId("threads-hint").hidden = data.hasThreads || !data.canRun;
  const threadId = new URLSearchParams(location.hash.slice(1)).get("thread");
  if (data.hasRecording) tryOpen(await getText("recording"));
  else if (threadId !== null && data.hasThreads) await session.open(threadId);
  remember();
  follow.connect();
  schedule();
  document.documentElement.dataset.ready = "true";
}

/** The thread is in the address behind `#`, which no server is told: a reload goes on with it. */
function remember() {
  if (session.threadId !== undefined) history.replaceState(undefined, "", `#thread=${session.threadId}`);
}
