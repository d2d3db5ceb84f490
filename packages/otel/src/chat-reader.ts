import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { SwarmEventOf } from "swarmgraph";
import type { AttributeMaker } from "./attributes.ts";
import { RUN_ENDED } from "./open-spans.ts";
import type { Ending, OpenSpans } from "./open-spans.ts";
import { GEN_AI, SWARM } from "./semconv.ts";
import type { Telemetry } from "./telemetry.ts";

/** Where a model call happens. */
export interface ChatPlace {
  /** The span that it is part of. */
  readonly parent: string;
  readonly agent: string;
  readonly threadId: string | undefined;
  /** When nothing else was going on any more: a call that is told only once it answers began then. */
  readonly since: number;
}

type ModelEvent = SwarmEventOf<"model.started" | "model.done" | "model.error">;
type MessageEvent = SwarmEventOf<"message.started" | "message.done" | "message.error">;

/**
 * Makes `chat` spans: of model calls where those are told, else of messages, which a call that fails at once does not have.
 */
export class ChatReader {
  readonly #make: AttributeMaker;
  readonly #spans: OpenSpans;
  /** Agents whose model calls are told: their messages are the same calls once more. */
  readonly #told = new Set<string>();
  #current: string | undefined;
  #used: SwarmEventOf<"usage"> | undefined;

  constructor(make: AttributeMaker, spans: OpenSpans) {
    this.#make = make;
    this.#spans = spans;
  }

  model(event: ModelEvent, place: ChatPlace): Telemetry[] {
    const span = `chat:${event.call}`;
    if (event.type === "model.started") {
      this.#told.add(place.agent);
      return this.#open(span, event.ts, place, this.#make.prompt(event.prompt));
    }
    if (event.type === "model.done") {
      this.#spans.close(span, event.ts, { attributes: this.#make.answer(event.text, event.calls) });
    } else {
      const error = { type: "MODEL_FAILED", ...this.#make.message(event.message) };
      this.#spans.close(span, event.ts, { error, endedWithRun: error.type });
    }
    return [];
  }

  message(event: MessageEvent, place: ChatPlace): Telemetry[] {
    if (this.#told.has(place.agent)) return [];
    const span = `chat:${event.id}`;
    if (event.type === "message.started") {
      const begun = this.#open(span, place.since, place, {});
      this.#current = span;
      return begun;
    }
    this.#current = undefined;
    const used = this.#take(place.agent);
    if (event.type === "message.done") {
      const attributes = { ...used.attributes, ...this.#make.answer(event.text, event.calls) };
      this.#spans.close(span, event.ts, { ...used, attributes });
    } else if (event.reason === "replaced") {
      this.#spans.close(span, event.ts, { ...used, attributes: { ...used.attributes, [SWARM.replaced]: true } });
    } else {
      this.#spans.close(span, event.ts, { ...used, endedWithRun: RUN_ENDED });
    }
    return [];
  }

  /** Tokens come right behind a call that is told; else before the message is done, and maybe before it begins. */
  usage(event: SwarmEventOf<"usage">, place: ChatPlace): Telemetry[] {
    const labels = { ...this.#labels(place.agent), ...responseModel(event) };
    const measured = (["input", "output"] as const).map((type): Telemetry => ({
      kind: "measure",
      metric: "tokens",
      value: event.tokens[type],
      attributes: { ...labels, [GEN_AI.tokenType]: type },
    }));
    const before = this.#told.has(place.agent) ? [] : this.unsaid(place);
    this.#used = event;
    if (this.#told.has(place.agent)) this.#spans.amend(this.#take(place.agent));
    return [...before, ...measured];
  }

  /** A call whose message was never told has a span nevertheless. */
  unsaid(place: ChatPlace): Telemetry[] {
    const used = this.#used;
    if (used === undefined || this.#current !== undefined) return [];
    const begun = this.#open("chat:unsaid", place.since, place, {});
    this.#spans.close("chat:unsaid", used.ts, this.#take(place.agent));
    return [...begun, ...this.#spans.end()];
  }

  #open(span: string, time: number, { parent, agent, threadId }: ChatPlace, more: Attributes): Telemetry[] {
    const model = this.#make.model(agent);
    return this.#spans.open(
      {
        span,
        parent,
        name: chatName(model[GEN_AI.requestModel]),
        time,
        isClient: true,
        attributes: { ...this.#make.base("chat", threadId), ...model, [GEN_AI.agent]: agent, ...more },
      },
      this.#labels(agent),
    );
  }

  /** What the tokens that wait for their call say of it. */
  #take(agent: string): Ending {
    const used = this.#used;
    this.#used = undefined;
    if (used === undefined) return {};
    const response = responseModel(used);
    const asked = this.#make.model(agent)[GEN_AI.requestModel];
    return {
      ...(asked === undefined && used.model !== undefined && { name: chatName(used.model) }),
      attributes: { ...this.#make.tokens(used.tokens), ...response, ...this.#make.modelName(used.model ?? asked) },
      labels: response,
    };
  }

  #labels(agent: string): Attributes {
    return { [GEN_AI.operation]: "chat", [GEN_AI.agent]: agent, ...this.#make.model(agent) };
  }
}

function chatName(model: AttributeValue | undefined): string {
  return model === undefined ? "chat" : `chat ${String(model)}`;
}

function responseModel({ model }: SwarmEventOf<"usage">): Attributes {
  return model === undefined ? {} : { [GEN_AI.responseModel]: model };
}
