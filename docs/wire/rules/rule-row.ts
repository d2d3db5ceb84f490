import type { ProfileName } from "swarmgraph";
import type { WireRule } from "swarmgraph/testing";

/** One rule of a provider's, as the page lists it. */
export interface RuleRow {
  readonly rule: WireRule;
  /** What it demands, as a sentence without an end. */
  readonly demands: string;
  /** A small body that breaks it: what the page quotes is what `validateWire` says of this. */
  readonly breaks: Readonly<Record<string, unknown>>;
  /** Whether the provider takes it all the same, so that nothing is said. */
  readonly isTolerated?: boolean;
}

/** The rules of one provider's API. */
export interface RuleTable {
  readonly profile: ProfileName;
  /** The API, e.g. `Anthropic's Messages`. */
  readonly title: string;
  readonly rows: readonly RuleRow[];
}
