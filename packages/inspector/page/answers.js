/** What a run may wait for, and the answers that it takes. Pure. */

/** The kind of an interrupt: `handoff`, `tools`, `human`, or `other`. */
export function kindOf({ value }) {
  switch (value?.type) {
    case "handoff.approval":
      return "handoff";
    case "tool.request":
      return "tools";
    case "human.request":
      return "human";
    default:
      return "other";
  }
}

/** The answer to one interrupt, from what was filled in; `undefined` while something is missing. */
export function answerOf(interrupt, filled) {
  switch (kindOf(interrupt)) {
    case "handoff":
      return handoffAnswer(filled);
    case "tools":
      return toolsAnswer(interrupt.value.calls, filled.calls ?? {});
    case "human":
      return humanAnswer(filled);
    default:
      return parsed(filled.text);
  }
}

/** The value to resume with: by id where the interrupts have ids, else the one answer. */
export function resumeOf(interrupts, answers) {
  const hasIds = interrupts.every(({ id }) => typeof id === "string");
  return hasIds ? Object.fromEntries(interrupts.map(({ id }, index) => [id, answers[index]])) : answers[0];
}

function handoffAnswer({ decision, reason = "", to }) {
  if (decision === "approve") return { approve: true };
  if (decision === "redirect") return to === undefined || to === "" ? undefined : { to };
  return decision === "deny" ? denial(reason) : undefined;
}

function toolsAnswer(calls, filled) {
  const replies = calls.map(({ callId, needs }) => [callId, toolAnswer(needs, filled[callId] ?? {})]);
  return replies.some(([, reply]) => reply === undefined) ? undefined : Object.fromEntries(replies);
}

function toolAnswer(needs, { decision, reason = "", result = "", isError = false }) {
  if (needs === "result") return result === "" ? undefined : { result, ...(isError && { isError }) };
  if (decision === "approve") return { approve: true };
  return decision === "deny" ? denial(reason) : undefined;
}

function humanAnswer({ text = "", to = "" }) {
  const said = text.trim();
  if (to !== "") return { handoffTo: to, ...(said !== "" && { reason: said }) };
  return said === "" ? undefined : said;
}

function denial(reason) {
  return { approve: false, ...(reason.trim() !== "" && { reason: reason.trim() }) };
}

/** JSON where it is JSON, else the text itself. */
function parsed(text = "") {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
