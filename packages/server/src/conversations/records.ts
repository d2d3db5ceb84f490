import { hasMetadata } from "../agents/list.ts";
import { newId } from "../wire/ids.ts";
import type { RestartConversationRequest, StartConversationRequest } from "../wire/requests.ts";
import type { Conversation } from "../wire/responses.ts";
import type { ListConversationsOptions } from "./options.ts";
import type { ConversationRecord, ConversationStore } from "./store.ts";

/** The record of a conversation that a request starts. */
export function startedRecord(body: StartConversationRequest, now: string): ConversationRecord {
  return {
    id: newId("conv"),
    created_at: now,
    updated_at: now,
    name: body.name,
    description: body.description,
    metadata: body.metadata,
    ...(body.agent_id != null
      ? { agent_id: body.agent_id, agent_version: body.agent_version }
      : { model: body.model as string }),
    instructions: body.instructions,
    tools: body.tools ?? undefined,
    completion_args: body.completion_args ?? undefined,
    guardrails: body.guardrails,
    handoff_execution: body.handoff_execution ?? "server",
    times: {},
  };
}

/** The record of a conversation that a request begins anew from another one. */
export function restartedRecord(
  from: ConversationRecord,
  body: RestartConversationRequest,
  now: string,
): ConversationRecord {
  return {
    ...from,
    id: newId("conv"),
    created_at: now,
    updated_at: now,
    handoff_execution: body.handoff_execution,
    metadata: body.metadata ?? from.metadata,
    guardrails: body.guardrails ?? from.guardrails,
    agent_version: body.agent_version ?? from.agent_version,
    completion_args: body.completion_args ?? from.completion_args,
    run_functions: undefined,
  };
}

/** A conversation as the wire shows it. */
export function conversationOf(record: ConversationRecord): Conversation {
  const {
    times: _times,
    handoff_execution: _execution,
    functions: _functions,
    run_functions: _run,
    agent_id,
    agent_version,
    model,
    ...rest
  } = record;
  const common = { object: "conversation" as const, ...rest };
  return agent_id === undefined ? { ...common, model: model ?? "" } : { ...common, agent_id, agent_version };
}

/** Records that a search through all of them reads at a time. */
const LISTED = 1000;

/** One page of the records, oldest first. */
export async function listRecords(
  store: ConversationStore,
  { page = 0, page_size: size = 100, metadata }: ListConversationsOptions,
): Promise<readonly ConversationRecord[]> {
  if (metadata === undefined) return store.list({ offset: page * size, limit: size });
  const found: ConversationRecord[] = [];
  for (let offset = 0; found.length < (page + 1) * size; offset += LISTED) {
    const records = await store.list({ offset, limit: LISTED });
    found.push(...records.filter((record) => hasMetadata(record, metadata)));
    if (records.length < LISTED) break;
  }
  return found.slice(page * size, (page + 1) * size);
}
