import { isDeepStrictEqual } from "node:util";
import type { Agent } from "../wire/responses.ts";

/** Which part of a list is meant. */
export interface PageOptions {
  /** Counted from 0. Default: 0. */
  readonly page?: number | undefined;
  /** Default: 20. */
  readonly pageSize?: number | undefined;
}

/** Which agents are meant; what is left out does not restrict. */
export interface ListAgentsOptions extends PageOptions {
  /** The whole id. */
  readonly id?: string | undefined;
  /** The whole name. */
  readonly name?: string | undefined;
  /** A part of the name or of the id, in any case. */
  readonly search?: string | undefined;
  /** Mistral's `deployment_chat`: agents that were made with this value. */
  readonly deploymentChat?: boolean | undefined;
  /** Mistral's `sources`: agents of one of these. */
  readonly sources?: readonly string[] | undefined;
  /** Every one of these must be in the agent's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** The page of a list; past its end, an empty one. */
export function pageOf<T>(items: readonly T[], options: PageOptions): readonly T[] {
  const { page = 0, pageSize = 20 } = options;
  return items.slice(page * pageSize, (page + 1) * pageSize);
}

/** Whether an agent is among those meant. */
export function matches(agent: Agent, options: ListAgentsOptions): boolean {
  const { id, name, search, deploymentChat, sources, metadata } = options;
  return (
    (id === undefined || agent.id === id) &&
    (name === undefined || agent.name === name) &&
    (search === undefined || `${agent.name}\n${agent.id}`.toLowerCase().includes(search.toLowerCase())) &&
    (deploymentChat === undefined || agent.deployment_chat === deploymentChat) &&
    (sources === undefined || sources.includes(agent.source)) &&
    hasMetadata(agent, metadata ?? {})
  );
}

/** Whether each of these is in the thing's metadata. */
export function hasMetadata(
  thing: { readonly metadata?: Readonly<Record<string, unknown>> | null | undefined },
  wanted: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(thing.metadata?.[key], value));
}
