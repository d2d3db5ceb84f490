import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";

/** One agent, whose every turn waits in a tool for `hold`, given what the user said, and then answers. */
export function heldSwarm(hold: (said: string) => Promise<void>) {
  const wait = tool(
    async ({ said }) => {
      await hold(said);
      return "waited";
    },
    { name: "wait", description: "Waits.", schema: z.object({ said: z.string() }) },
  );
  const model = scriptedModel()
    .reply(({ messages }) => {
      const said = lastSaid(messages);
      if (messages.at(-1)?.type === "tool") return `re ${said}`;
      return { kind: "message", text: "", calls: [{ tool: "wait", args: { said } }] };
    })
    .repeat();
  return new SwarmAgent({ entry: "a", agents: { a: { model, tools: [wait] } } });
}

/** What the user said last. */
function lastSaid(messages: readonly BaseMessage[]): string {
  return messages.findLast(({ type }) => type === "human")?.text ?? "";
}

/** A place where turns wait until they are let go, by what the user said. */
export function gate(): {
  readonly hold: (said: string) => Promise<void>;
  /** Resolves once the turn waits. */
  readonly reached: (said: string) => Promise<void>;
  readonly open: (...said: string[]) => void;
} {
  const doors = new Map<string, { reached: Deferred; opened: Deferred }>();
  const doorOf = (said: string) => {
    const door = doors.get(said) ?? { reached: deferred(), opened: deferred() };
    doors.set(said, door);
    return door;
  };
  return {
    hold: async (said) => {
      doorOf(said).reached.resolve();
      await doorOf(said).opened.promise;
    },
    reached: async (said) => await doorOf(said).reached.promise,
    open: (...said) => {
      for (const each of said) doorOf(each).opened.resolve();
    },
  };
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function deferred(): Deferred {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
