import type { ProfileName } from "../../../src/types.ts";
import type { WireProblem } from "../../../src/project/wire/problem.ts";
import { unique } from "./reply.ts";

/** A refusal as HTTP: status, headers beside the content type, JSON body. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** What a refusal says, whoever says it. */
interface Said {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code?: string | null;
  readonly param?: string | null;
  /** Where in the body. */
  readonly path?: string;
}

type RefusalWriter = (said: Said) => Refusal;

const openai: RefusalWriter = ({ status, message, type, param = null, code = null }) => ({
  status,
  json: { error: { message, type, param, code } },
});

/** Each provider's shape of an error. */
const shapes: Readonly<Record<ProfileName, RefusalWriter>> = {
  "openai-chat": openai,
  "openai-responses": openai,
  anthropic: ({ status, message, type }) => ({
    status,
    json: { type: "error", error: { type, message }, request_id: `req_${unique(24)}` },
  }),
  mistral: ({ status, message, type, code = null, path = "" }) => ({
    status,
    json: {
      object: "error",
      message: status === 422 ? { detail: [{ loc: ["body", ...steps(path)], msg: message }] } : message,
      type,
      param: null,
      code,
      ...(status === 422 && { raw_status_code: status }),
    },
  }),
  gemini: ({ status, message, type }) => ({ status, json: { error: { code: status, message, status: type } } }),
  bedrock: ({ status, message, type }) => ({ status, headers: { "x-amzn-errortype": type }, json: { message } }),
};

/** The provider's refusal of a request, for the first of its problems: no provider names more than one. */
export function refuse(profile: ProfileName, problem: WireProblem): Refusal {
  return shapes[profile](problem);
}

/** `messages[3].role` as a list of keys. */
function steps(path: string): (string | number)[] {
  return (path.match(/[^.[\]]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

type Failure = Omit<Said, "status">;

const openaiFailures: Readonly<Record<number, Failure>> = {
  429: { message: "Rate limit reached for requests", type: "requests", code: "rate_limit_exceeded" },
  500: { message: "The server had an error while processing your request.", type: "server_error" },
};

/** What the providers say when they fail, by status. */
const failures: Readonly<Record<ProfileName, Readonly<Record<number, Failure>>>> = {
  "openai-chat": openaiFailures,
  "openai-responses": openaiFailures,
  anthropic: {
    429: { message: "This request would exceed your organization's rate limit.", type: "rate_limit_error" },
    500: { message: "Internal server error", type: "api_error" },
    529: { message: "Overloaded", type: "overloaded_error" },
  },
  mistral: {
    429: { message: "Rate limit exceeded", type: "rate_limited", code: "1300" },
    500: { message: "Internal server error", type: "internal_server_error", code: "1000" },
  },
  gemini: {
    429: { message: "Resource has been exhausted (e.g. check quota).", type: "RESOURCE_EXHAUSTED" },
    500: { message: "An internal error has occurred.", type: "INTERNAL" },
    503: { message: "The model is overloaded. Please try again later.", type: "UNAVAILABLE" },
  },
  bedrock: {
    429: { message: "Too many requests, please wait before trying again.", type: "ThrottlingException" },
    500: { message: "The system encountered an unexpected error.", type: "InternalServerException" },
  },
};

/** The provider's words for a status; a status that it never gives gets an `api_error`. */
export function fail(profile: ProfileName, status: number): Refusal {
  return shapes[profile]({ status, ...(failures[profile][status] ?? say(`status ${status}`)) });
}

/** A refusal in the provider's shape that the test, and not the provider, is to blame for. */
export function complain(profile: ProfileName, message: string): Refusal {
  return shapes[profile]({ status: 500, ...say(message) });
}

function say(message: string): Failure {
  return { message, type: "api_error" };
}
