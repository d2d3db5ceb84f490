import { z } from "zod";

import { liesIn } from "./climate.ts";
import type { Place } from "./climate.ts";

/** Where the two services of Open-Meteo are. */
export interface OpenMeteoURLs {
  /** Default: `https://geocoding-api.open-meteo.com`. */
  readonly geocoding?: string;
  /** Default: `https://api.open-meteo.com`. */
  readonly forecast?: string;
}

/** How to ask: the way to fetch, the addresses, and the signal that ends both requests. */
export interface OpenMeteoOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly baseURLs: OpenMeteoURLs;
  readonly signal: AbortSignal;
}

/** Open-Meteo answered, but not with what was asked for; the message goes on after "the service gave no weather:". */
export class OpenMeteoError extends Error {
  override readonly name = "OpenMeteoError";
}

const places = z.object({
  results: z
    .array(
      z.object({
        name: z.string(),
        country: z.string().default(""),
        country_code: z.string().default(""),
        admin1: z.string().default(""),
        latitude: z.number(),
        longitude: z.number(),
      }),
    )
    .default([]),
});

const forecast = z.object({
  current: z.object({
    temperature_2m: z.number(),
    apparent_temperature: z.number(),
    relative_humidity_2m: z.number(),
    weather_code: z.number(),
    wind_speed_10m: z.number(),
  }),
});

/** What a WMO weather code says, by the lowest code of each kind. */
const kinds: readonly (readonly [number, string])[] = [
  [95, "thunderstorm"],
  [85, "snow showers"],
  [80, "rain showers"],
  [71, "snow"],
  [66, "freezing rain"],
  [61, "rain"],
  [56, "freezing drizzle"],
  [51, "drizzle"],
  [45, "fog"],
  [3, "overcast"],
  [2, "partly cloudy"],
  [1, "mainly clear"],
  [0, "clear sky"],
];

/**
 * Asks Open-Meteo for the weather of now: first where the place is, then its current weather, as one sentence.
 *
 * Returns `undefined` where the service knows no such place. Throws whatever the network throws, and an
 * {@link OpenMeteoError} where a service answers with another status than 200 or in an unknown form.
 */
export async function askOpenMeteo(place: Place, options: OpenMeteoOptions): Promise<string | undefined> {
  const { geocoding = "https://geocoding-api.open-meteo.com", forecast: base = "https://api.open-meteo.com" } =
    options.baseURLs;
  const search = { name: place.name, count: "10", language: "en", format: "json" };
  const { results } = await ask(places, `${geocoding}/v1/search`, search, options);
  const found = results.find(({ country, country_code, admin1 }) =>
    liesIn(place.regions, { country, regions: [country_code, admin1] }),
  );
  if (!found) return undefined;
  const { current } = await ask(
    forecast,
    `${base}/v1/forecast`,
    {
      latitude: String(found.latitude),
      longitude: String(found.longitude),
      current: Object.keys(forecast.shape.current.shape).join(","),
    },
    options,
  );
  const sky = kinds.find(([code]) => current.weather_code >= code)?.[1] ?? "unknown sky";
  const where = [found.name, found.country].filter((part) => part !== "").join(", ");
  return (
    `${where}, now, live from Open-Meteo: ${current.temperature_2m} °C (feels like ${current.apparent_temperature} °C), ` +
    `${sky}, humidity ${current.relative_humidity_2m} %, wind ${current.wind_speed_10m} km/h.`
  );
}

async function ask<Form extends z.ZodType>(
  form: Form,
  url: string,
  query: Readonly<Record<string, string>>,
  options: OpenMeteoOptions,
): Promise<z.output<Form>> {
  const response = await options.fetch(`${url}?${new URLSearchParams(query)}`, { signal: options.signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new OpenMeteoError(`it answered with status ${response.status}`);
  }
  const text = await response.text();
  try {
    return form.parse(JSON.parse(text));
  } catch (cause) {
    throw new OpenMeteoError("it answered in an unknown form", { cause });
  }
}
