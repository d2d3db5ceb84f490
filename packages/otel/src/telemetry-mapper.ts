import type { Attributes } from "@opentelemetry/api";
import type { EventMapper, SwarmEvent, SwarmEventOf } from "swarmgraph";
import { AttributeMaker } from "./attributes.ts";
import type { EndedHandoff } from "./attributes.ts";
import { ChatReader } from "./chat-reader.ts";
import { OpenSpans, RUN_ENDED } from "./open-spans.ts";
import type { TelemetryOptions } from "./options.ts";
import { GEN_AI, SWARM } from "./semconv.ts";
import type { Telemetry } from "./telemetry.ts";

const RUN = "run";

/** The handoff that the agent which comes next was reached by. */
interface Arrival {
  readonly from: string;
  /** The span of who handed over, where that was in this run. */
  readonly source: string | undefined;
  readonly attributes: Attributes;
}

/**
 * A run's events as the spans and values that OpenTelemetry is to get, as plain data and without an SDK: what
 * {@link otelMapper} hands on. Several runs may come one after another.
 *
 * @example
 * ```ts
 * import { telemetryMapper } from "@swarmgraph/otel";
 *
 * const mapper = telemetryMapper();
 * const event = { seq: 0, ts: 1767225600000, runId: "r", turn: 0 };
 * mapper.push({ ...event, type: "run.started", swarm: "support", resumed: false })[0]?.kind; // "start"
 * mapper.end().map(({ kind }) => kind); // ["end", "measure"]
 * ```
 */
export function telemetryMapper(options: TelemetryOptions = {}): EventMapper<Telemetry> {
  return new TelemetryReader(options);
}

class TelemetryReader implements EventMapper<Telemetry> {
  readonly #make: AttributeMaker;
  readonly #spans = new OpenSpans();
  #chats: ChatReader;
  #time = 0;
  /** When what happened last was over. */
  #since = 0;
  #threadId: string | undefined;
  #agent: string | undefined;
  #activations = 0;
  #handoffs = 0;
  #arrival: Arrival | undefined;

  constructor(options: TelemetryOptions) {
    this.#make = new AttributeMaker(options);
    this.#chats = new ChatReader(this.#make, this.#spans);
  }

  push(event: SwarmEvent): readonly Telemetry[] {
    this.#time = event.ts;
    const ended = continues(event) ? [] : this.#spans.end(event.type === "run.error" ? event.code : undefined);
    const told = this.#read(event);
    if (!/\.delta$|^usage$|^message\.started$/.test(event.type)) this.#since = event.ts;
    return [...ended, ...told];
  }

  end(): readonly Telemetry[] {
    return this.#spans.endAll(this.#time);
  }

  #read(event: SwarmEvent): Telemetry[] {
    switch (event.type) {
      case "run.started":
        return this.#begin(event);
      case "run.done":
      case "run.interrupted":
        return this.#finish(event);
      case "run.error":
        this.#spans.close(RUN, event.ts, {
          attributes: { [SWARM.outcome]: "error", [SWARM.handoffCount]: this.#handoffs },
          error: { type: event.code, ...this.#make.message(event.message) },
        });
        return this.#spans.endAll(event.ts, event.code);
      case "agent.started":
        return this.#enter(event);
      case "agent.done":
      case "agent.error":
        return this.#leave(event);
      case "model.started":
      case "model.done":
      case "model.error":
        return this.#chats.model(event, this.#place(event));
      case "message.started":
      case "message.done":
      case "message.error":
        return this.#chats.message(event, this.#place(event));
      case "usage":
        return this.#chats.usage(event, this.#place(event));
      case "tool.started":
        return this.#tool(event);
      case "tool.done":
      case "tool.error":
        return this.#toolDone(event);
      case "handoff.done":
      case "handoff.returned":
      case "handoff.refused":
      case "handoff.dropped":
      case "handoff.error":
        return this.#handoff(event);
      case "limit.reached":
        return [
          this.#note(event, SWARM.limit, { [SWARM.limitKind]: event.limit, [SWARM.limitPath]: [...event.path] }),
          { kind: "measure", metric: "limits", value: 1, attributes: { [SWARM.limitKind]: event.limit } },
        ];
      case "guardrail.tripped":
        return [this.#note(event, SWARM.guardrail, this.#make.guardrail(event))];
      case "human.requested":
        return [this.#note(event, SWARM.human, { [SWARM.humanName]: event.name })];
      case "tool.answered": {
        // A tool that does not exist is called whatever the model made up.
        const tool = event.isError ? {} : { [GEN_AI.tool]: event.tool };
        return [
          this.#note(event, SWARM.answered, {
            ...tool,
            [GEN_AI.toolCall]: event.callId,
            [SWARM.isError]: event.isError,
          }),
        ];
      }
      case "approval.requested":
        return [this.#note(event, SWARM.asked, { [SWARM.approval]: event.approval, [SWARM.approvalName]: event.name })];
      case "approval.settled":
        return [
          this.#note(event, SWARM.settled, { [SWARM.approval]: event.approval, [SWARM.decision]: event.decision }),
        ];
      default:
        return [];
    }
  }

  #begin(event: SwarmEventOf<"run.started">): Telemetry[] {
    const { ts, swarm, runId, threadId, resumed, input } = event;
    const left = this.#spans.endAll(ts);
    this.#chats = new ChatReader(this.#make, this.#spans);
    this.#threadId = threadId;
    this.#agent = undefined;
    this.#activations = 0;
    this.#handoffs = 0;
    this.#arrival = undefined;
    const attributes = {
      ...this.#make.base("invoke_workflow", threadId),
      [GEN_AI.workflow]: swarm,
      [SWARM.run]: runId,
      [SWARM.resumed]: resumed,
      ...(input !== undefined && this.#make.question(input)),
    };
    const start = { span: RUN, name: `invoke_workflow ${swarm}`, time: ts, isClient: false, attributes };
    const labels = { [GEN_AI.operation]: "invoke_workflow", [GEN_AI.workflow]: swarm };
    return [...left, ...this.#spans.open(start, labels)];
  }

  #finish(event: SwarmEventOf<"run.done" | "run.interrupted">): Telemetry[] {
    const isDone = event.type === "run.done";
    const said = isDone && typeof event.output === "string" ? this.#make.answer(event.output, []) : {};
    this.#spans.close(RUN, event.ts, {
      attributes: {
        ...this.#make.tokens(event.tokens),
        [SWARM.handoffCount]: this.#handoffs,
        [SWARM.outcome]: isDone ? (event.outcome?.kind ?? "done") : "interrupted",
        ...said,
      },
    });
    return this.#spans.endAll(event.ts);
  }

  #enter({ agent = "", ts }: SwarmEvent): Telemetry[] {
    this.#activations += 1;
    const span = `agent:${this.#activations}`;
    const arrival = this.#arrival;
    this.#arrival = undefined;
    this.#agent = span;
    const attributes = {
      ...this.#make.base("invoke_agent", this.#threadId),
      ...this.#make.agent(agent, arrival?.from),
      [SWARM.activation]: this.#activations,
      ...arrival?.attributes,
    };
    const links = arrival?.source === undefined ? [] : [{ span: arrival.source, attributes: arrival.attributes }];
    const start = { span, parent: RUN, name: `invoke_agent ${agent}`, time: ts, isClient: false, attributes, links };
    return this.#spans.open(start, { [GEN_AI.operation]: "invoke_agent", [GEN_AI.agent]: agent });
  }

  #leave(event: SwarmEvent): Telemetry[] {
    const unsaid = this.#chats.unsaid(this.#place(event));
    const span = this.#agent;
    this.#agent = undefined;
    const failed = event.type === "agent.error";
    if (span !== undefined) this.#spans.close(span, event.ts, failed ? { endedWithRun: RUN_ENDED } : {});
    return unsaid;
  }

  #tool(event: SwarmEventOf<"tool.started">): Telemetry[] {
    const { agent = "", tool, callId, ts } = event;
    const attributes = {
      ...this.#make.base("execute_tool", this.#threadId),
      [GEN_AI.agent]: agent,
      ...this.#make.tool(event),
    };
    const start = { span: `tool:${callId}`, parent: this.#agent ?? RUN, time: ts, isClient: false, attributes };
    const labels = { [GEN_AI.operation]: "execute_tool", [GEN_AI.agent]: agent, [GEN_AI.tool]: tool };
    return this.#spans.open({ ...start, name: `execute_tool ${tool}` }, labels);
  }

  #toolDone(event: SwarmEventOf<"tool.done" | "tool.error">): Telemetry[] {
    const attributes = this.#make.toolResult(event.result);
    const error = { type: "TOOL_FAILED", ...this.#make.message(event.result) };
    const isEnded = event.type === "tool.error" && event.reason === "ended";
    this.#spans.close(`tool:${event.callId}`, event.ts, {
      attributes,
      ...(event.type === "tool.error" && { error }),
      ...(isEnded && { endedWithRun: RUN_ENDED }),
    });
    return [];
  }

  #handoff(event: SwarmEvent & EndedHandoff): Telemetry[] {
    const attributes = this.#make.handoff(event);
    const isTaken = event.type === "handoff.done" || event.type === "handoff.returned";
    // By now who handed over has left.
    const left = isTaken ? this.#spans.closing : undefined;
    const source = isTaken ? left?.span : this.#agent;
    if (isTaken) {
      this.#handoffs += event.type === "handoff.done" ? 1 : 0;
      this.#arrival = { from: event.from, source, attributes };
    }
    return [
      { kind: "event", span: source ?? RUN, name: SWARM.handoff, time: left?.time ?? event.ts, attributes },
      { kind: "measure", metric: "handoffs", value: 1, attributes: this.#make.handoffLabels(event) },
    ];
  }

  #note(event: SwarmEvent, name: string, attributes: Attributes): Telemetry {
    return { kind: "event", span: this.#agent ?? RUN, name, time: event.ts, attributes };
  }

  #place({ agent = "" }: SwarmEvent) {
    return { parent: this.#agent ?? RUN, agent, threadId: this.#threadId, since: this.#since };
  }
}

/** Whether it is still about what was closed last. */
function continues(event: SwarmEvent): boolean {
  if (event.type === "usage" || event.type === "handoff.done" || event.type === "handoff.returned") return true;
  return event.type === "model.error" || ("reason" in event && event.reason === "ended");
}
