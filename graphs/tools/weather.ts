import { tool } from "@langchain/core/tools";
import type { DynamicStructuredTool } from "@langchain/core/tools";
import { z } from "zod";

import { cities, describeNormals, findCity, nearCities, toPlace } from "./weather/climate.ts";
import { toMonth } from "./weather/month.ts";
import { askOpenMeteo, OpenMeteoError } from "./weather/open-meteo.ts";
import type { OpenMeteoURLs } from "./weather/open-meteo.ts";

/** What a weather tool asks with. */
export interface WeatherToolOptions {
  /** Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof globalThis.fetch;
  /** Decides which month the climate normals are read for. Default: the clock. */
  readonly now?: () => Date;
  /** How long both requests of a call may take together, in milliseconds. Default: 2000. */
  readonly timeoutMs?: number;
  /** Where Open-Meteo is. */
  readonly baseURLs?: OpenMeteoURLs;
}

const schema = z.object({
  city: z.string().describe("The city, e.g. Tokyo or Paris, France"),
  month: z.string().optional().describe("For the typical climate of a month: its name, e.g. November"),
});

/** What {@link createWeatherTool} makes. */
export type WeatherTool = DynamicStructuredTool<typeof schema>;

/**
 * Makes the tool `get_weather`: live weather from Open-Meteo, or the typical climate of a month.
 *
 * Where the network does not allow the question (an error, no answer in time, another status than 200), and for a named
 * month, the answer comes from a bundled table of monthly climate normals, and says so by name. A city that is in
 * neither gets a sentence with near names. The call rejects only for a month that cannot be read, and with the reason of
 * the run's own signal.
 *
 * @example
 * ```ts
 * import { createWeatherTool } from "@swarmgraph/graphs/tools/weather.ts";
 *
 * const getWeather = createWeatherTool({ timeoutMs: 500 });
 * await getWeather.invoke({ city: "Tokyo", month: "November" });
 * // "Tokyo, Japan, November, from the bundled table of monthly climate normals (not live weather): usually 9 to 17 °C, …"
 * ```
 */
export function createWeatherTool(options: WeatherToolOptions = {}): WeatherTool {
  const { now = () => new Date() } = options;
  return tool(
    async ({ city, month }: z.infer<typeof schema>, config: { readonly signal?: AbortSignal }) => {
      const today = now();
      const wanted = toMonth(month, today);
      const known = findCity(city);
      if (wanted !== undefined) return known ? describeNormals(known, wanted) : describeUnknown(city);
      const place = known ? { name: known.name, regions: [known.country] } : toPlace(city);
      const live = await askLive(place, options, config.signal);
      if (live.text !== undefined) return live.text;
      if (known) return `${describeNormals(known, today.getUTCMonth())} ${sentence(live.reason)}`;
      return `${describeUnknown(city)} ${sentence(live.reason)}`;
    },
    {
      name: "get_weather",
      description: "Current weather, or the typical climate of a month, for a city",
      schema,
    },
  );
}

/** The tool `get_weather` on the real network, ready for an agent's `tools`; see {@link createWeatherTool}. */
export const getWeather: WeatherTool = createWeatherTool();

type Live = { readonly text: string } | { readonly text?: undefined; readonly reason: string };

async function askLive(
  place: Parameters<typeof askOpenMeteo>[0],
  options: WeatherToolOptions,
  signal: AbortSignal | undefined,
): Promise<Live> {
  const { fetch = globalThis.fetch, timeoutMs = 2000, baseURLs = {} } = options;
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const text = await askOpenMeteo(place, { fetch, baseURLs, signal: both });
    return text === undefined ? { reason: "it knows no such city" } : { text };
  } catch (error) {
    // A run that was stopped must end, not go on with a table's answer.
    signal?.throwIfAborted();
    if (timeout.aborted) return { reason: `it did not answer within ${timeoutMs} ms` };
    return { reason: error instanceof OpenMeteoError ? error.message : "it cannot be reached" };
  }
}

function sentence(reason: string): string {
  return `Open-Meteo, the live service, gave no weather: ${reason}.`;
}

function describeUnknown(city: string): string {
  return (
    `The bundled table of monthly climate normals has ${cities.length} big cities, but not ${JSON.stringify(city)}; ` +
    `near names in it: ${nearCities(city).join("; ")}.`
  );
}
