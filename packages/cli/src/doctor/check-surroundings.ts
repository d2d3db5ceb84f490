import type { Check } from "./check-packages.ts";

/** The environment variables of providers: whether they are set is said, and never what they hold. */
const KEYS = [
  "OPENAI_API_KEY",
  "MISTRAL_API_KEY",
  "ANTHROPIC_API_KEY",
  "GOOGLE_API_KEY",
  "OPENAI_BASE_URL",
  "TAVILY_API_KEY",
  "BRAVE_API_KEY",
  "EXA_API_KEY",
  "SEARXNG_URL",
  "LANGSMITH_API_KEY",
];

/** Which keys and addresses of providers are set. */
export function checkKeys(env: Readonly<Record<string, string | undefined>>): readonly Check[] {
  const set = KEYS.filter((name) => (env[name] ?? "").trim() !== "");
  const blank = KEYS.filter((name) => env[name] !== undefined && !set.includes(name));
  const hasModel = set.some((name) => /^(?:OPENAI|MISTRAL|ANTHROPIC|GOOGLE)_/u.test(name));
  const found = set.map((name): Check => ({ status: "ok", name, detail: "set" }));
  const empty = blank.map((name): Check => {
    return { status: "note", name, detail: "set, but empty", hint: "An empty key counts as none." };
  });
  if (hasModel) return [...found, ...empty];
  const hint = "A scripted or local model needs none; for a provider set its key, e.g. OPENAI_API_KEY.";
  return [...found, ...empty, { status: "note", name: "keys", detail: "no key of a model's provider is set", hint }];
}

/** A server of models that people run on their own machine. */
export interface LocalServer {
  readonly name: string;
  readonly port: number;
}

/** Where they listen, if nobody has moved them. All of them speak OpenAI's Chat Completions below `/v1`. */
export const LOCAL_SERVERS: readonly LocalServer[] = [
  { name: "Ollama", port: 11_434 },
  { name: "LM Studio", port: 1234 },
  { name: "vLLM", port: 8000 },
];

const TIMEOUT_MS = 600;

/** Which servers of models answer on this machine; no other machine is asked. */
export async function checkServers(servers: readonly LocalServer[] = LOCAL_SERVERS): Promise<readonly Check[]> {
  return Promise.all(
    servers.map(async ({ name, port }): Promise<Check> => {
      const url = `http://127.0.0.1:${port}/v1`;
      const models = await modelsAt(`${url}/models`);
      if (models === undefined) return { status: "note", name, detail: `no answer at port ${port}` };
      const some = models.slice(0, 5).join(", ") + (models.length > 5 ? ", ..." : "");
      const detail = `${models.length} model${models.length === 1 ? "" : "s"} at ${url}${some === "" ? "" : `: ${some}`}`;
      return { status: "ok", name, detail, hint: `Use it with OPENAI_BASE_URL=${url}.` };
    }),
  );
}

async function modelsAt(url: string): Promise<readonly string[] | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    const { data } = (await response.json()) as { data?: unknown };
    // Something else may listen there.
    if (!response.ok || !Array.isArray(data)) return undefined;
    return data.flatMap((model) => {
      const id: unknown = (model as { id?: unknown } | null)?.id;
      return typeof id === "string" ? [id] : [];
    });
  } catch {
    return undefined;
  }
}
