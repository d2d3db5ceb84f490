import { readFileSync } from "node:fs";
import { z } from "zod";

import { nearest, toPlain } from "../nearest.ts";

const months = z.array(z.number()).length(12);

const table = z.object({
  cities: z.array(
    z.object({
      name: z.string(),
      country: z.string(),
      aliases: z.array(z.string()),
      regions: z.array(z.string()).default([]),
      high: months,
      low: months,
      rainMm: months,
      rainDays: months,
    }),
  ),
});

/** One city of the bundled table: monthly means, January first, in °C, mm and days with 1 mm of rain or more. */
export type City = z.infer<typeof table>["cities"][number];

/** A place as a person names it: `Paris, Texas` is `Paris` with one region. */
export interface Place {
  readonly name: string;
  /** Country, state or code, each of which has to hold. */
  readonly regions: readonly string[];
}

/** Every city of the bundled table of monthly climate normals, by name. */
export const cities: readonly City[] = table.parse(
  JSON.parse(readFileSync(new URL("../../data/climate-normals.json", import.meta.url), "utf8")),
).cities;

const byName: ReadonlyMap<string, City> = new Map(
  cities.flatMap((city) => [city.name, ...city.aliases].map((name) => [toPlain(name), city] as const)),
);

const countryNames: ReadonlyMap<string, string> = new Map([
  ["usa", "united states"],
  ["united states of america", "united states"],
  ["america", "united states"],
  ["uk", "united kingdom"],
  ["great britain", "united kingdom"],
  ["britain", "united kingdom"],
  ["uae", "united arab emirates"],
  ["holland", "netherlands"],
  ["the netherlands", "netherlands"],
  ["turkey", "turkiye"],
  ["korea", "south korea"],
  ["republic of korea", "south korea"],
  ["czech republic", "czechia"],
  ["russian federation", "russia"],
]);

const byCode = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

function toCountry(name: string): string {
  const plain = toPlain(name);
  const named = /^[a-z]{2}$/.test(plain) ? byCode.of(plain.toUpperCase()) : undefined;
  return countryNames.get(plain) ?? (named === undefined ? plain : toPlain(named));
}

/** Splits `Tokyo, Japan` into the name and what has to hold of it. */
export function toPlace(text: string): Place {
  const [name = "", ...regions] = text.split(",").map((part) => part.trim());
  return { name, regions: regions.filter((region) => region !== "") };
}

/** Whether every region that was named is the country of the place or one of its own regions. */
export function liesIn(regions: readonly string[], place: Pick<City, "country" | "regions">): boolean {
  const known = new Set([toCountry(place.country), ...place.regions.map(toPlain)]);
  return regions.every((region) => known.has(toPlain(region)) || known.has(toCountry(region)));
}

/**
 * Finds a city of the bundled table by name or alias, whatever the case and the accents, with or without its country:
 * `tokyo`, `Tokyo, Japan`, `tokyo japan`, `NYC`. `Paris, Texas` is not Paris, France, and gives `undefined`.
 */
export function findCity(text: string): City | undefined {
  const { name, regions } = toPlace(text);
  const words = toPlain(name).split(" ");
  for (let count = words.length; count > 0; count -= 1) {
    const city = byName.get(words.slice(0, count).join(" "));
    const rest = words.slice(count).join(" ");
    if (city && liesIn(rest === "" ? regions : [rest, ...regions], city)) return city;
  }
  return undefined;
}

/** The cities of the table whose names or aliases look most like `text`, best first, each with its country. */
export function nearCities(text: string): readonly string[] {
  const found = nearest(toPlace(text).name, [...byName.keys()], 6).flatMap((name) => byName.get(name) ?? []);
  return [...new Set(found)].slice(0, 3).map(({ name, country }) => `${name}, ${country}`);
}

/** One sentence on a city's month, which says that it comes from the table and is not live. `month` counts from 0. */
export function describeNormals(city: City, month: number): string {
  const [low, high, rain, days] = [city.low, city.high, city.rainMm, city.rainDays].map((row) => row[month] ?? 0);
  const name = new Date(Date.UTC(2001, month)).toLocaleString("en", { month: "long", timeZone: "UTC" });
  const wet = days === 0 ? "hardly any rain" : `${rain} mm of rain on ${days} ${days === 1 ? "day" : "days"}`;
  return `${city.name}, ${city.country}, ${name}, from the bundled table of monthly climate normals (not live weather): usually ${low} to ${high} °C, ${wet}.`;
}
