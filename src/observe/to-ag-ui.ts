import { interruptsOf } from "./ag-ui-interrupts.ts";
import type { AgUiBody, AgUiEvent, AgUiPatch, AgUiUsage } from "./ag-ui.ts";
import type { SwarmEvent, SwarmEventOf } from "./events.ts";
import { mapEvents } from "./mapper.ts";
import type { EventMapper, Events, Mapped } from "./mapper.ts";

/**
 * Events as AG-UI 1.0: an agent's time is a step; handoffs, limits, approvals and checkpoints are `CUSTOM` events named
 * `swarm.*`. The state, without the messages, is a `STATE_SNAPSHOT` at a run's first checkpoint and at its end, and a
 * `STATE_DELTA` at each checkpoint between that changed it. A stopped run ends with the outcome `interrupt`, one that was
 * left with `cancelled`. Applied by {@link toAgUi}.
 */
export function agUiMapper(): EventMapper<AgUiEvent> {
  const mapping = new AgUiMapping();
  let last: SwarmEvent | undefined;
  return {
    push: (event) => {
      last = event;
      return mapping.map(event).map((body) => ({ ...body, timestamp: event.ts }));
    },
    end: () => mapping.end().map((body) => ({ ...body, timestamp: last?.ts ?? 0 })),
  };
}

/**
 * A run's events as AG-UI 1.0.
 *
 * @example
 * ```ts
 * import { SwarmAgent, swarmEvents, toAgUi } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const run = swarmEvents(swarm.compile(), { messages: [{ role: "user", content: "Hi" }] });
 * for await (const event of toAgUi(run)) `data: ${JSON.stringify(event)}\n\n`;
 * ```
 */
export function toAgUi<E extends Events>(events: E): Mapped<E, AgUiEvent> {
  return mapEvents(events, agUiMapper());
}

class AgUiMapping {
  #run: { readonly threadId: string; readonly runId: string } | undefined;
  readonly #usage: AgUiUsage[] = [];
  /** Messages whose text has begun. */
  readonly #texts = new Set<string>();
  /** Calls that were told, by the message that they came with while that is open. */
  readonly #calls = new Map<string, { readonly messageId: string | undefined; isOpen: boolean }>();
  #reasoning: string | undefined;
  #reasonings = 0;
  /** Whether this run has told its state. */
  #hasState = false;

  map(event: SwarmEvent): AgUiBody[] {
    switch (event.type) {
      case "run.started":
        this.#usage.length = 0;
        this.#hasState = false;
        this.#run = { threadId: event.threadId ?? event.runId, runId: event.runId };
        return [{ type: "RUN_STARTED", ...this.#run }];
      case "run.done":
        return [...this.#endState(event), ...this.#finish({ result: event.output, outcome: { type: "success" } })];
      case "run.interrupted":
        return [
          ...this.#endState(event),
          ...this.#finish({ outcome: { type: "interrupt", interrupts: interruptsOf(event) } }),
        ];
      case "run.error":
        return this.#fail(event);
      case "agent.started":
        return [{ type: "STEP_STARTED", stepName: event.agent ?? "" }];
      case "agent.done":
      case "agent.error":
        return [{ type: "STEP_FINISHED", stepName: event.agent ?? "" }];
      case "message.started":
        return [];
      case "message.delta":
        return [...this.#endReasoning(), ...this.#text(event.id, event.text, event.agent)];
      case "message.done":
        return this.#messageDone(event);
      case "message.error":
        return [
          ...this.#endMessage(event.id),
          custom("message", { status: "dropped", id: event.id, reason: event.reason }),
        ];
      case "reasoning.delta":
        return this.#reason(event.id, event.text);
      case "tool.delta":
        return [...this.#endReasoning(), ...this.#callPiece(event)];
      case "tool.started":
        return this.#call(event.callId, event.tool, event.args);
      case "tool.progress":
        return [custom("tool.progress", { toolCallId: event.callId, data: event.data })];
      case "tool.found": {
        const { callId: toolCallId, references, files } = event;
        return [custom("tool.found", { toolCallId, references, files })];
      }
      case "tool.done":
      case "tool.error":
      case "tool.answered":
        return [resultOf(event.callId, event.result)];
      case "approval.requested":
        return event.approval === "tool" ? this.#call(event.callId, event.name, event.input) : [];
      case "usage":
        this.#count(event);
        return [];
      case "handoff.pending":
      case "handoff.started":
      case "handoff.done":
      case "handoff.refused":
      case "handoff.dropped":
      case "handoff.error":
      case "handoff.returned":
        return [custom("handoff", { status: event.type.slice("handoff.".length), ...ownOf(event) })];
      case "approval.settled":
        return [custom("approval", ownOf(event))];
      case "limit.reached":
        return [custom("limit", ownOf(event))];
      case "guardrail.tripped":
        return [custom("guardrail", ownOf(event))];
      case "state.checkpoint":
        return this.#checkpoint(event);
      case "human.requested":
        return [custom("human", ownOf(event))];
      default:
        return [];
    }
  }

  /** A recording may end before its run does. */
  end(): AgUiBody[] {
    return this.#run === undefined
      ? []
      : [{ type: "RUN_ERROR", message: "the events end before the run", code: "CUT_OFF" }];
  }

  #checkpoint(event: SwarmEventOf<"state.checkpoint">): AgUiBody[] {
    const { changes, ...own } = event;
    const told = custom("checkpoint", ownOf(own));
    if (changes === undefined) return [told];
    const isFirst = !this.#hasState;
    this.#hasState = true;
    if (isFirst) return [told, { type: "STATE_SNAPSHOT", snapshot: changes }];
    return [told, { type: "STATE_DELTA", delta: Object.entries(changes).map(patchOf) }];
  }

  #endState({ values }: SwarmEventOf<"run.done" | "run.interrupted">): AgUiBody[] {
    const { messages: _messages, ...snapshot } = values;
    return [{ type: "STATE_SNAPSHOT", snapshot }];
  }

  #finish(how: Pick<AgUiBody & { type: "RUN_FINISHED" }, "outcome" | "result">): AgUiBody[] {
    const run = this.#run ?? { threadId: "", runId: "" };
    this.#run = undefined;
    return [{ type: "RUN_FINISHED", ...run, ...how, ...this.#spent() }];
  }

  #fail({ message, code }: SwarmEventOf<"run.error">): AgUiBody[] {
    if (code === "ABORTED") return this.#finish({ outcome: { type: "cancelled" } });
    this.#run = undefined;
    return [{ type: "RUN_ERROR", message, code, ...this.#spent() }];
  }

  #spent(): { usage?: readonly AgUiUsage[] } {
    return this.#usage.length === 0 ? {} : { usage: [...this.#usage] };
  }

  #count({ model, tokens: { input, output, total } }: SwarmEventOf<"usage">): void {
    const known = this.#usage.findIndex((usage) => usage.model === model);
    const { inputTokens = 0, outputTokens = 0, totalTokens = 0 } = this.#usage[known] ?? {};
    this.#usage[known === -1 ? this.#usage.length : known] = {
      ...(model !== undefined && { model }),
      inputTokens: inputTokens + input,
      outputTokens: outputTokens + output,
      totalTokens: totalTokens + total,
    };
  }

  #text(messageId: string, delta: string, name: string | undefined): AgUiBody[] {
    const isNew = !this.#texts.has(messageId);
    this.#texts.add(messageId);
    const start: AgUiBody[] = isNew
      ? [{ type: "TEXT_MESSAGE_START", messageId, role: "assistant", ...(name !== undefined && { name }) }]
      : [];
    return [...start, { type: "TEXT_MESSAGE_CONTENT", messageId, delta }];
  }

  #messageDone({ id, text, agent }: SwarmEventOf<"message.done">): AgUiBody[] {
    const whole = text === "" || this.#texts.has(id) ? [] : [...this.#endReasoning(), ...this.#text(id, text, agent)];
    return [...whole, ...this.#endMessage(id)];
  }

  #endMessage(messageId: string): AgUiBody[] {
    const ended = this.#endReasoning();
    if (this.#texts.delete(messageId)) ended.push({ type: "TEXT_MESSAGE_END", messageId });
    for (const [toolCallId, call] of this.#calls) {
      if (!call.isOpen || call.messageId !== messageId) continue;
      call.isOpen = false;
      ended.push({ type: "TOOL_CALL_END", toolCallId });
    }
    return ended;
  }

  #reason(id: string, delta: string): AgUiBody[] {
    const begun: AgUiBody[] = [];
    if (this.#reasoning === undefined) {
      this.#reasonings += 1;
      const messageId = `${id}-reasoning-${this.#reasonings}`;
      this.#reasoning = messageId;
      begun.push(
        { type: "REASONING_START", messageId },
        { type: "REASONING_MESSAGE_START", messageId, role: "reasoning" },
      );
    }
    return [...begun, { type: "REASONING_MESSAGE_CONTENT", messageId: this.#reasoning, delta }];
  }

  #endReasoning(): AgUiBody[] {
    const messageId = this.#reasoning;
    this.#reasoning = undefined;
    return messageId === undefined
      ? []
      : [
          { type: "REASONING_MESSAGE_END", messageId },
          { type: "REASONING_END", messageId },
        ];
  }

  #callPiece({ id, callId, tool, args }: SwarmEventOf<"tool.delta">): AgUiBody[] {
    const isNew = !this.#calls.has(callId);
    if (isNew) this.#calls.set(callId, { messageId: id, isOpen: true });
    return [
      ...(isNew ? [startOf(callId, tool, id)] : []),
      ...(args === "" ? [] : [{ type: "TOOL_CALL_ARGS" as const, toolCallId: callId, delta: args }]),
    ];
  }

  /** A call that was not told piece by piece. */
  #call(toolCallId: string, tool: string, args: unknown): AgUiBody[] {
    if (this.#calls.has(toolCallId)) return [];
    this.#calls.set(toolCallId, { messageId: undefined, isOpen: false });
    return [
      startOf(toolCallId, tool),
      { type: "TOOL_CALL_ARGS", toolCallId, delta: JSON.stringify(args ?? {}) },
      { type: "TOOL_CALL_END", toolCallId },
    ];
  }
}

function startOf(toolCallId: string, toolCallName: string, parentMessageId?: string): AgUiBody {
  return {
    type: "TOOL_CALL_START",
    toolCallId,
    toolCallName,
    ...(parentMessageId !== undefined && { parentMessageId }),
  };
}

function resultOf(toolCallId: string, content: string): AgUiBody {
  return { type: "TOOL_CALL_RESULT", messageId: `${toolCallId}-result`, toolCallId, content, role: "tool" };
}

function patchOf([channel, value]: readonly [string, unknown]): AgUiPatch {
  return { op: "add", path: `/${channel.replaceAll("~", "~0").replaceAll("/", "~1")}`, value };
}

function custom(name: string, value: unknown): AgUiBody {
  return { type: "CUSTOM", name: `swarm.${name}`, value };
}

/** What an event says beside its envelope. */
function ownOf({ type: _type, seq: _seq, ts: _ts, runId: _runId, ...rest }: SwarmEvent): Record<string, unknown> {
  const { threadId: _threadId, turn: _turn, ...own } = rest;
  return own;
}
