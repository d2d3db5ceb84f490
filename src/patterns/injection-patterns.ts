/** One kind of text that tries to take over a model. */
export interface InjectionPattern {
  /** Stands in the finding, e.g. `override`. */
  readonly name: string;
  /** Matched against the text with its invisible characters removed and its whitespace made single spaces. */
  readonly pattern: RegExp;
}

/**
 * The prompt injections that {@link validateMessages} looks for where it is given no `patterns`: orders to ignore earlier
 * instructions, changes of role, questions for the system prompt, forged delimiters. English, and a net with wide meshes:
 * it stops what is common, and nothing rests on it. What an agent may do is decided by the graph's edges.
 *
 * @example
 * ```ts
 * import { INJECTION_PATTERNS, validateMessages } from "swarmgraph/patterns";
 *
 * const patterns = [...INJECTION_PATTERNS, { name: "refund", pattern: /\brefund me\b.{0,40}\bwithout asking\b/iu }];
 * validateMessages([{ role: "user", content: "Hello" }], { patterns }); // []
 * ```
 */
export const INJECTION_PATTERNS: readonly InjectionPattern[] = Object.freeze([
  {
    name: "override",
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass)\b(?: [\w']+){0,4} (?:previous|prior|above|earlier|preceding|initial|original|system|your)\b(?: [\w']+){0,2} (?:instructions?|prompts?|rules|directions|directives|guidelines|orders)\b/iu,
  },
  {
    name: "amnesia",
    pattern:
      /\b(?:ignore|disregard|forget) (?:everything|anything|all)(?: that)?(?: [\w']+){0,3} (?:above|before|told|said so far)\b/iu,
  },
  {
    name: "role",
    pattern:
      /\byou are now (?:in )?(?:a |an |the )?(?:DAN|unrestricted|unfiltered|uncensored|jailbroken|developer mode|admin|root)\b|\bdo anything now\b|\b(?:pretend|act as if|imagine)(?: that)? you (?:have no|had no|are not bound by|are free of) (?:rules|restrictions|limits|guidelines|filters)\b/iu,
  },
  {
    name: "mode",
    pattern:
      /\b(?:enable|enter|activate|switch to|turn on) (?:the )?(?:developer|debug|god|jailbreak|admin|unrestricted|DAN) mode\b/iu,
  },
  {
    name: "leak",
    pattern:
      /\b(?:reveal|show|print|repeat|output|display|leak|tell|give)(?: me| us)? (?:your|the) (?:full |exact |entire )?(?:system|hidden|secret|initial|original) (?:prompt|instructions?|message|rules)\b/iu,
  },
  {
    name: "delimiter",
    pattern:
      /<\|(?:im_start|im_end|system|assistant|user|endoftext|begin_of_text|start_header_id|eot_id)\|>|<\/?(?:system|assistant)>|\[\/?INST\]|<<\/?SYS>>|\[\/?SYSTEM_PROMPT\]/iu,
  },
  {
    name: "new-instructions",
    pattern: /\b(?:new|updated|real|actual) (?:system )?instructions ?:|\b(?:begin|end) (?:of )?system prompt\b/iu,
  },
]);

/** The first pattern that a text matches. Whatever flags a pattern has, nothing is remembered from text to text. */
export function findInjection(text: string, patterns: readonly InjectionPattern[]): InjectionPattern | undefined {
  const plain = plainText(text);
  return patterns.find(({ pattern }) => plain.search(pattern) >= 0);
}

/** Compatibility forms unified, invisible characters removed, whitespace as single spaces. */
export function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\p{Cf}\u034f]/gu, "")
    .replace(/\s+/gu, " ");
}
