import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { following, onAbort } from "../../src/run/abort.ts";

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

describe("waiting for a signal", () => {
  it("is one listener for all that wait, and none once they have left", () => {
    const { signal } = new AbortController();
    const releases = Array.from({ length: 20 }, () => onAbort(signal, () => undefined));
    expect(listeners(signal)).toBe(1);
    for (const release of releases) release();
    expect(listeners(signal)).toBe(0);
  });

  it("begins again after all have left, and calls back once", () => {
    const controller = new AbortController();
    const [first, second] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const release = onAbort(controller.signal, first);
    release();
    release();
    onAbort(controller.signal, second);
    expect(listeners(controller.signal)).toBe(1);
    controller.abort();
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledTimes(1);
  });

  it("is kept apart by signal", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const heard: string[] = [];
    onAbort(one.signal, () => heard.push("one"));
    onAbort(other.signal, () => heard.push("other"));
    other.abort();
    expect(heard).toEqual(["other"]);
  });

  it("is over for whom another releases meanwhile, and does not begin for whom it comes too late", () => {
    const controller = new AbortController();
    const [released, late] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const releases: (() => void)[] = [];
    releases.push(
      onAbort(controller.signal, () => {
        for (const release of releases) release();
        onAbort(controller.signal, late);
      }),
    );
    releases.push(onAbort(controller.signal, released));
    controller.abort();
    expect(released).not.toHaveBeenCalled();
    expect(late).not.toHaveBeenCalled();
  });

  it("calls nobody back where there is no signal", () => {
    const callback = vi.fn<() => void>();
    expect(onAbort(undefined, callback)()).toBeUndefined();
    expect(callback).not.toHaveBeenCalled();
  });
});

describe("a run that follows a signal", () => {
  it("comes to what it comes to, and lets go of the signal", async () => {
    const [given, own] = [new AbortController(), new AbortController()];
    const running = following(given.signal, own, async () => "done");
    expect(listeners(given.signal)).toBe(1);
    await expect(running).resolves.toBe("done");
    expect(listeners(given.signal)).toBe(0);
    given.abort();
    expect(own.signal.aborted).toBe(false);
  });

  it("is rejected as soon as that fires, whether or not it hears of it", async () => {
    const [given, own] = [new AbortController(), new AbortController()];
    const running = following(given.signal, own, () => new Promise<never>(() => {}));
    const reason = new Error("the user left");
    given.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(own.signal.reason).toBe(reason);
    expect(listeners(given.signal)).toBe(0);
  });

  it("lets go of the signal where it fails, now or later", async () => {
    const { signal } = new AbortController();
    const error = new Error("broken");
    const now = () => {
      throw error;
    };
    await expect(following(signal, new AbortController(), now)).rejects.toBe(error);
    await expect(following(signal, new AbortController(), async () => now())).rejects.toBe(error);
    expect(listeners(signal)).toBe(0);
  });

  it("does not begin where the signal has fired", async () => {
    const run = vi.fn<() => Promise<void>>();
    await expect(following(AbortSignal.abort("stopped"), new AbortController(), run)).rejects.toThrow("stopped");
    expect(run).not.toHaveBeenCalled();
  });
});
