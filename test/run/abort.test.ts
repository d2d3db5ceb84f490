import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { following, onAbort, raced } from "../../src/run/abort.ts";
import { Stop } from "../../src/run/stop.ts";

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

describe("what is raced with a signal and with leaving", () => {
  const never = new Promise<never>(() => {});
  const reason = new Error("enough");

  it("is the promise itself where there is neither", () => {
    expect(raced(never, undefined)).toBe(never);
  });

  it.each(["resolves", "rejects"])(
    "comes to what the promise comes to where that %s, and waits no longer",
    async (how) => {
      const { signal } = new AbortController();
      const left = new Stop();
      const running = raced(how === "resolves" ? Promise.resolve("done") : Promise.reject(reason), signal, left);
      if (how === "resolves") await expect(running).resolves.toBe("done");
      else await expect(running).rejects.toBe(reason);
      expect(listeners(signal)).toBe(0);
      left.abort(new Error("late"));
    },
  );

  it.each([
    ["the signal fires", false, true],
    ["the signal has fired", true, true],
    ["the run is left", false, false],
    ["the run was left", true, false],
  ])("is rejected as soon as %s", async (_, isEarly, isSignal) => {
    const controller = new AbortController();
    const left = new Stop();
    const fire = () => (isSignal ? controller : left).abort(reason);
    if (isEarly) fire();
    const running = raced(never, controller.signal, left);
    const alone = isSignal ? raced(never, controller.signal) : raced(never, undefined, left);
    if (!isEarly) fire();
    await expect(running).rejects.toBe(reason);
    await expect(alone).rejects.toBe(reason);
    expect(listeners(controller.signal)).toBe(0);
  });

  it("hears nothing of a promise that is rejected after that", async () => {
    const left = new Stop();
    left.abort(reason);
    await expect(raced(Promise.reject(new Error("late")), undefined, left)).rejects.toBe(reason);
  });
});
