import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { SwarmError } from "../../src/index.ts";
import type { RetryPolicy } from "../../src/index.ts";
import { isTransient, statusOf, withRetry } from "../../src/run/retry.ts";
import { TimeoutError, withTimeout } from "../../src/run/timeout.ts";

/** Fails with each error in turn and succeeds then; tells how often it was called. */
function failing(...errors: unknown[]) {
  const calls = { count: 0 };
  const fn = async (): Promise<string> => {
    calls.count += 1;
    const error = errors[calls.count - 1];
    if (error !== undefined) throw error;
    return "ok";
  };
  return { fn, calls };
}

const busy = (headers?: unknown) => Object.assign(new Error("busy"), { status: 503, headers });

/** A pause that outlives the test: whoever waits for it instead of what the provider asks for is found out. */
const FOREVER: RetryPolicy = { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 };
const AT_ONCE: RetryPolicy = { initialDelayMs: 0 };

describe("the status of an error", () => {
  it.each([
    [{ status: 429 }, 429],
    [{ statusCode: 502 }, 502],
    [{ response: { status: 504 } }, 504],
    [{ response: null, code: 500 }, 500],
    [new Error("429 Too Many Requests"), 429],
    [new Error("request failed with status code 503"), 503],
    [new Error("the order has 503 items"), undefined],
    [{ message: 503 }, undefined],
    ["503", undefined],
    [null, undefined],
  ])("of %j is %j", (error, status) => {
    expect(statusOf(error)).toBe(status);
  });
});

describe("whether a call is tried again", () => {
  it.each([
    ["an error of ours that says so", new SwarmError("MODEL_TRANSIENT", "later", { retryable: true }), true],
    ["an error of ours that does not", new SwarmError("MODEL_REFUSED", "never"), false],
    ["a timeout", new TimeoutError("late"), true],
    ["a broken connection", Object.assign(new Error("reset"), { code: "ECONNRESET" }), true],
    ["a broken connection below", new Error("fetch failed", { cause: { name: "FetchError" } }), true],
    ["a refusal that stands above a broken connection", { status: 400, cause: { code: "ECONNRESET" } }, false],
    ["an error that is its own cause", selfCaused(), false],
    ["a text", "no", false],
    ["nothing", undefined, false],
  ])("is decided for %s", (_what, error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });

  it("follows the statuses of the policy", () => {
    expect(isTransient({ status: 418 }, { statuses: [418] })).toBe(true);
    expect(isTransient({ status: 503 }, { statuses: [418] })).toBe(false);
  });
});

function selfCaused(): Error {
  const error = new Error("round");
  error.cause = error;
  return error;
}

describe("the pause before the next try", () => {
  it.each([
    ["milliseconds in a plain object", { "retry-after-ms": "1" }],
    ["milliseconds in Headers", new Headers({ "Retry-After-Ms": "1" })],
    ["seconds", { "retry-after": "0.001" }],
    ["no seconds at all", new Headers({ "retry-after": "0" })],
    ["a date that has passed", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }],
  ])("is the one that the provider asks for: %s", async (_what, headers) => {
    const { fn, calls } = failing(busy(headers), busy(headers));
    await expect(withRetry(fn, FOREVER)).resolves.toBe("ok");
    expect(calls.count).toBe(3);
  });

  it.each([
    ["no headers", undefined],
    ["Headers without it", new Headers()],
    ["a date that is none", { "retry-after": "soon" }],
    ["a number instead of a text", { "retry-after": 3600 }],
    ["headers that are a text", "retry-after: 3600"],
    ["null", null],
  ])("is the policy's where the provider asks for nothing that makes sense: %s", async (_what, headers) => {
    const { fn, calls } = failing(busy(headers));
    await expect(withRetry(fn, AT_ONCE)).resolves.toBe("ok");
    expect(calls.count).toBe(2);
  });

  it("is never longer than the policy's longest", async () => {
    const { fn } = failing(busy({ "retry-after": "86400" }));
    await expect(withRetry(fn, { maxDelayMs: 0 })).resolves.toBe("ok");
  });

  it.each([
    ["an error", new Error("the user left"), "the user left"],
    ["a text", "the user left", "aborted"],
  ])("ends when the run is aborted with %s", async (_what, reason, message) => {
    const run = new AbortController();
    const { fn, calls } = failing(busy());
    const result = withRetry(
      async () => {
        setTimeout(() => run.abort(reason), 1);
        return fn();
      },
      FOREVER,
      run.signal,
    );
    await expect(result).rejects.toThrow(message);
    expect(calls.count).toBe(1);
  });

  it("leaves no listener on the run's signal", async () => {
    const run = new AbortController();
    const { fn } = failing(busy(), busy());
    await withRetry(() => withTimeout(fn, { ms: 1000, what: "it", signal: run.signal }), AT_ONCE, run.signal);
    expect(getEventListeners(run.signal, "abort")).toEqual([]);
  });
});

describe("[B110] a limit of time", () => {
  const never = () => new Promise<never>(() => {});

  it("ends a call that ignores its signal, and fires the signal for one that does not", async () => {
    let seen: AbortSignal | undefined;
    const result = withTimeout(
      (signal) => {
        seen = signal;
        return never();
      },
      { ms: 1, what: 'tool "slow"' },
    );
    await expect(result).rejects.toThrow(new TimeoutError('tool "slow" took longer than 1 ms'));
    expect(seen?.reason).toBeInstanceOf(TimeoutError);
  });

  it("is none where it is 0: without a run's signal the call gets none either", async () => {
    await expect(withTimeout(async (signal) => signal, { ms: 0, what: "it" })).resolves.toBeUndefined();
    const run = new AbortController();
    const signal = await withTimeout(async (own) => own, { ms: 0, what: "it", signal: run.signal });
    expect(signal?.aborted).toBe(false);
  });

  it.each([2 ** 31, Number.MAX_SAFE_INTEGER, Infinity])(
    "is none where no timer can wait so long: %d ms",
    async (ms) => {
      const slow = () => new Promise<string>((resolve) => setTimeout(resolve, 20, "done"));
      await expect(withTimeout(slow, { ms, what: "it" })).resolves.toBe("done");
    },
  );

  it.each([
    ["an error", new Error("the user left")],
    ["a text", "the user left"],
  ])("gives way to the run's own abort with %s", async (_what, reason) => {
    const run = new AbortController();
    const result = withTimeout(never, { ms: 0, what: "it", signal: run.signal });
    run.abort(reason);
    await expect(result).rejects.toThrow("the user left");
  });

  it("leaves nothing rejected and unheard where the call aborts the run and throws at once", async () => {
    const run = new AbortController();
    const rash = () => {
      run.abort(new Error("the user left"));
      throw new Error("broken");
    };
    await expect(withTimeout(rash, { ms: 0, what: "it", signal: run.signal })).rejects.toThrow(/broken|the user left/);
  });

  it("does not begin what was aborted before", async () => {
    let began = false;
    const result = withTimeout(
      async () => {
        began = true;
      },
      { ms: 0, what: "it", signal: AbortSignal.abort(new Error("too late")) },
    );
    await expect(result).rejects.toThrow("too late");
    expect(began).toBe(false);
  });
});
