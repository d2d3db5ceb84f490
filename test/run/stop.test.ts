import { describe, expect, it, vi } from "vitest";
import { Stop } from "../../src/run/stop.ts";

const reason = new DOMException("the stream was left", "AbortError");

describe("a stop", () => {
  it("calls back who waits, once and not who was released, and keeps its first reason", () => {
    const stop = new Stop();
    const [waiting, released] = [vi.fn<() => void>(), vi.fn<() => void>()];
    stop.onAbort(waiting);
    stop.onAbort(released)();
    expect(stop).toMatchObject({ aborted: false, reason: undefined });
    stop.abort(reason);
    stop.abort(new Error("another"));
    expect(stop.aborted).toBe(true);
    expect(stop.reason).toBe(reason);
    expect(waiting).toHaveBeenCalledTimes(1);
    expect(released).not.toHaveBeenCalled();
  });

  it("has one signal, which fires with it, also where it is asked for later", () => {
    const [early, late] = [new Stop(), new Stop()];
    const { signal } = early;
    expect(signal).toBe(early.signal);
    expect(signal.aborted).toBe(false);
    early.abort(reason);
    late.abort(reason);
    expect(signal.reason).toBe(reason);
    expect(late.signal.reason).toBe(reason);
    expect(late.signal).toBe(late.signal);
  });
});
