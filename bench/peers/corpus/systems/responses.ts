import type { Player } from "../player.ts";
import { argumentsOf } from "../script.ts";
import type { CallScript, StepScript } from "../script.ts";

type Json = Readonly<Record<string, unknown>>;

/** The name under which an agent's model is asked for. */
export const modelName = (index: number): string => `model-${index}`;

let made = 0;

const nextId = (prefix: string): string => {
  made += 1;
  return `${prefix}_${made}`;
};

/** OpenAI's Responses API, in place of `fetch`: answers as the scripts of the agents have it. */
export function responsesApi(player: Player): typeof fetch {
  return async (_input, init) => {
    const body = JSON.parse(String(init?.body)) as Json;
    const step = player.next(Number(String(body["model"]).slice(modelName(0).length - 1)), body);
    if (step.kind === "fail") {
      const error = { message: step.text, type: "server_error", code: null, param: null };
      // The client's own back-off stays, and takes no time.
      return Response.json({ error }, { status: step.status, headers: { "retry-after-ms": "1" } });
    }
    if (step.kind === "break") return eventStream(brokenEvents(step.text), { isBroken: true });
    const response = responseOf(step, body);
    if (body["stream"] !== true) return Response.json(response);
    return eventStream([
      { type: "response.created", response: { ...response, output: [], status: "in_progress" } },
      { type: response["status"] === "incomplete" ? "response.incomplete" : "response.completed", response },
    ]);
  };
}

function responseOf(step: Extract<StepScript, { kind: "answer" }>, body: Json): Json {
  const status = step.isTruncated ? "incomplete" : "completed";
  const text = step.text === "" && step.calls.length > 0 ? [] : [messageOf(step.text, status)];
  return {
    id: nextId("resp"),
    object: "response",
    created_at: 0,
    model: body["model"],
    status,
    error: null,
    incomplete_details: step.isTruncated ? { reason: "max_output_tokens" } : null,
    output: [...text, ...step.calls.map((call) => callOf(call, status))],
    usage: {
      input_tokens: 1,
      output_tokens: 1,
      total_tokens: 2,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  };
}

function messageOf(text: string, status: string): Json {
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: nextId("msg"), role: "assistant", status, content };
}

function callOf(call: CallScript, status: string): Json {
  const { id = nextId("call"), name } = call;
  const item = { type: "function_call", id: nextId("fc"), name, arguments: argumentsOf(call), status };
  return id === null ? item : { ...item, call_id: id };
}

function brokenEvents(text: string): Json[] {
  const item = { type: "message", id: "msg_broken", role: "assistant", status: "in_progress", content: [] };
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  return [
    {
      type: "response.created",
      response: { id: "resp_broken", object: "response", status: "in_progress", output: [] },
    },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_text.delta", ...at, delta: text },
  ];
}

function eventStream(events: readonly Json[], { isBroken = false } = {}): Response {
  const encoder = new TextEncoder();
  const lines = events.map(
    (event, index) => `event: ${event["type"]}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`,
  );
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const line = lines[next];
      next += 1;
      if (line !== undefined) controller.enqueue(encoder.encode(line));
      else if (isBroken) controller.error(new TypeError("terminated"));
      else controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
