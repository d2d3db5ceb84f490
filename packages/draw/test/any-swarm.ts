import fc from "fast-check";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";

/** Names that break naive code: reserved ones, blank ones, markup, escapes, directives, and what turns text around. */
export const HOSTILE = [
  "__start__",
  "__end__",
  "a:b",
  "a|b",
  "",
  "   ",
  "__proto__",
  "constructor",
  "toString",
  "会計",
  "会計/販売",
  "x".repeat(200),
  "tools",
  "messages",
  "activeAgent",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</style><script>alert(1)</script>",
  "' onload='alert(1)",
  "]]><!--",
  "&lt;b&gt;",
  "javascript:alert(1)",
  "%%{init: {'theme':'dark'}}%%",
  "`**bold**`",
  "end",
  "1. list",
  "- list",
  "a\nb",
  "a\tb\r",
  "\\N\\l\\",
  'a"] --> b["c',
  "a#34;b",
  "a→b",
  "\u001b[31mred\u0007",
  "\ud800lone",
  "\u202eevil",
  "\ufffe",
  "👩‍💻 👍🏽",
  "$& $1",
  "var(--swarm-text)",
] as const;

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{1,12}$/) },
);

const edge = fc.record({
  to: fc.nat(),
  returns: fc.boolean(),
  requiresApproval: fc.boolean(),
  isGuarded: fc.boolean(),
});

/** Plans of swarms of up to eight agents with any names and any edges; not all of them are sound. */
export const anyPlan = fc.record({
  name,
  names: fc.uniqueArray(name, { minLength: 1, maxLength: 8 }),
  edges: fc.array(fc.array(edge, { maxLength: 4 }), { minLength: 8, maxLength: 8 }),
  description: name,
  tool: name,
  onLimit: fc.nat(20),
});

/** Builds what was planned. The plan is what a failing property prints: a swarm would fill the screen. */
export function swarmOf({ edges, names, onLimit, ...texts }: Plan): SwarmAgent<Record<string, object>> {
  const specs = names.map((own, index) => [
    own,
    {
      description: texts.description,
      tools: [{ name: texts.tool, description: "", invoke: () => Promise.resolve("") }],
      canHandoffTo: (edges[index] ?? []).flatMap(({ to, isGuarded, ...rest }) => {
        const target = names[to % names.length] as string;
        return target === own ? [] : [{ to: target, ...rest, ...(isGuarded && { when: () => true }) }];
      }),
    },
  ]);
  return new SwarmAgent({
    name: texts.name,
    entry: names[0] as string,
    model: scriptedModel(),
    limits: { onLimit: names[onLimit] ?? "answer" },
    agents: Object.fromEntries(specs) as Record<string, object>,
  } as never) as unknown as SwarmAgent<Record<string, object>>;
}

type Plan = typeof anyPlan extends fc.Arbitrary<infer Value> ? Value : never;
