import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";

import { createWeatherTool, getWeather } from "../../tools/weather.ts";
import { cities, findCity } from "../../tools/weather/climate.ts";
import { toMonth } from "../../tools/weather/month.ts";

const november = () => new Date("2026-11-20T12:00:00Z");
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

type Answer = (url: URL, response: ServerResponse, request: IncomingMessage) => void;

/** A loopback server in Open-Meteo's place, and the weather tool that asks it. */
async function serve(answer: Answer, timeoutMs = 30_000) {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    asked.push(url);
    answer(url, response, request);
  });
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  closers.push(close);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const weather = createWeatherTool({ now: november, timeoutMs, baseURLs: { geocoding: base, forecast: base } });
  return { asked, weather, close };
}

const found = {
  results: [
    {
      id: 1,
      name: "Paris",
      country: "France",
      country_code: "FR",
      admin1: "Île-de-France",
      latitude: 48.9,
      longitude: 2.3,
    },
    {
      id: 2,
      name: "Paris",
      country: "United States",
      country_code: "US",
      admin1: "Texas",
      latitude: 33.7,
      longitude: -95.6,
    },
  ],
};

const current = {
  current: {
    time: "2026-11-20T12:00",
    temperature_2m: 8.4,
    apparent_temperature: 6.1,
    relative_humidity_2m: 81,
    weather_code: 63,
    wind_speed_10m: 12.2,
  },
};

const openMeteo: Answer = (url, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(url.pathname === "/v1/search" ? found : current));
};

const normals = "Paris, France, November, from the bundled table of monthly climate normals (not live weather): ";

describe("get_weather on a live service", () => {
  it("finds the place, then reads its current weather", async () => {
    const { weather, asked } = await serve(openMeteo);
    expect(await weather.invoke({ city: "paris" })).toBe(
      "Paris, France, now, live from Open-Meteo: 8.4 °C (feels like 6.1 °C), rain, humidity 81 %, wind 12.2 km/h.",
    );
    expect(asked.map(({ pathname }) => pathname)).toEqual(["/v1/search", "/v1/forecast"]);
    expect(asked[0]?.searchParams.get("name")).toBe("Paris");
    expect(asked[1]?.searchParams.get("latitude")).toBe("48.9");
    expect(asked[1]?.searchParams.get("current")).toContain("temperature_2m,apparent_temperature");
  });

  it("takes the place whose country or state was named, not the first of that name", async () => {
    const { weather, asked } = await serve(openMeteo);
    expect(await weather.invoke({ city: "Paris, Texas" })).toMatch(/^Paris, United States, now, live/);
    expect(asked[1]?.searchParams.get("longitude")).toBe("-95.6");
  });

  it("does not ask for a named month: that is climate, not weather", async () => {
    const { weather, asked } = await serve(openMeteo);
    expect(await weather.invoke({ city: "Paris", month: "January" })).toMatch(
      /^Paris, France, January, from the bundled/,
    );
    expect(asked).toEqual([]);
  });
});

describe("get_weather without a live service", () => {
  it.each<[string, Answer]>([
    ["it answered with status 503", (_url, response) => response.writeHead(503).end("{}")],
    ["it answered with status 204", (_url, response) => response.writeHead(204).end()],
    ["it answered in an unknown form", (_url, response) => response.end("<html>sign in</html>")],
    ["it answered in an unknown form", (_url, response) => response.end('{"results":[{"name":1}]}')],
    ["it knows no such city", (_url, response) => response.end("{}")],
    ["it cannot be reached", (_url, _response, request) => request.socket.destroy()],
  ])("says that the answer is from the table where %s", async (reason, answer) => {
    const { weather } = await serve(answer);
    const text = await weather.invoke({ city: "Paris" });
    expect(text).toBe(
      `${normals}usually 6 to 11 °C, 54 mm of rain on 10 days. Open-Meteo, the live service, gave no weather: ${reason}.`,
    );
  });

  it("falls back where only the second question fails", async () => {
    const { weather } = await serve((url, response, request) =>
      url.pathname === "/v1/search" ? openMeteo(url, response, request) : response.writeHead(429).end(),
    );
    expect(await weather.invoke({ city: "Paris" })).toMatch(/^Paris.*not live weather.*status 429\.$/);
  });

  it("falls back where nobody listens", async () => {
    const { weather, close } = await serve(openMeteo);
    await close();
    expect(await weather.invoke({ city: "Paris" })).toMatch(/^Paris.*not live weather.*it cannot be reached\.$/);
  });

  it("falls back where no answer comes in time", async () => {
    const { weather } = await serve(() => undefined, 50);
    expect(await weather.invoke({ city: "Paris" })).toMatch(/not live weather.*it did not answer within 50 ms\.$/);
  });

  it("rejects, with no answer from the table, when the run is stopped", async () => {
    const stop = new AbortController();
    const { weather } = await serve(() => stop.abort(new Error("the user left")));
    await expect(weather.invoke({ city: "Paris" }, { signal: stop.signal })).rejects.toThrow(/abort|the user left/i);
    await expect(weather.invoke({ city: "Paris" }, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("names the near cities where neither knows the city", async () => {
    const { weather } = await serve((_url, response) => response.end("{}"));
    const text = await weather.invoke({ city: "Zurch" });
    expect(text).toContain('80 big cities, but not "Zurch"; near names in it: Zurich, Switzerland; Munich, Germany;');
    expect(text).toContain("it knows no such city.");
    expect(await weather.invoke({ city: "Paris, Texas", month: "May" })).toContain(
      '80 big cities, but not "Paris, Texas"; near names in it: Paris, France;',
    );
  });
});

describe("the ready tool", () => {
  it("is called get_weather and answers a tool call", async () => {
    expect(getWeather.name).toBe("get_weather");
    expect(getWeather.description).toBe("Current weather, or the typical climate of a month, for a city");
    const call = { type: "tool_call", id: "1", name: "get_weather", args: { city: "NYC", month: "July" } } as const;
    expect(await getWeather.invoke(call)).toMatchObject({
      tool_call_id: "1",
      content: expect.stringMatching(/^New York, United States, July, from the bundled table/),
    });
  });
});

describe("the table of climate normals", () => {
  it("has over sixty cities of twelve sane months each", () => {
    expect(cities.length).toBeGreaterThanOrEqual(60);
    const strange = cities.filter(({ high, low, rainMm, rainDays }) =>
      high.some((degrees, month) => {
        const [cold = NaN, rain = NaN, days = NaN] = [low[month], rainMm[month], rainDays[month]];
        const warm = degrees > cold && degrees <= 48 && cold >= -30;
        return !(warm && rain >= days && rain <= 1000 && days >= 0 && days <= 31);
      }),
    );
    expect(strange.map(({ name }) => name)).toEqual([]);
  });

  it.each(["Tokyo", "London", "Paris", "New York", "Seattle", "Berlin", "Sydney"])("has %s", (name) => {
    expect(findCity(name)?.name).toBe(name);
  });

  it("finds each city by its name and aliases, alone and with its country", () => {
    for (const city of cities) {
      for (const name of [city.name, ...city.aliases]) {
        expect(findCity(name.toUpperCase())).toBe(city);
        expect(findCity(`${name}, ${city.country}`)).toBe(city);
        expect(findCity(`${name} ${city.country}`)).toBe(city);
      }
    }
  });

  it.each([
    ["  são paulo ", "São Paulo"],
    ["Sao Paulo", "São Paulo"],
    ["KOBENHAVN", "Copenhagen"],
    ["Tokyo, JP", "Tokyo"],
    ["Tokyo, Japan.", "Tokyo"],
    ["Seattle, WA, USA", "Seattle"],
    ["London UK", "London"],
    ["Washington, D.C.", "Washington"],
    ["New York, New York", "New York"],
    ["Istanbul, Turkey", "Istanbul"],
    ["Prague, Czech Republic", "Prague"],
  ])("reads %j as %s", (text, name) => {
    expect(findCity(text)?.name).toBe(name);
  });

  it.each([
    "Paris, Texas",
    "London, Ontario",
    "Sydney, Nova Scotia",
    "Perth, Scotland",
    "Parisa",
    "",
    ",",
    "constructor",
  ])("does not take %j for another city", (text) => {
    expect(findCity(text)).toBeUndefined();
  });
});

describe("a month", () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ["", undefined],
    ["Today", undefined],
    ["this month", 10],
    ["November", 10],
    ["nov.", 10],
    ["sept", 8],
    ["March 2027", 2],
    ["1", 0],
    ["12", 11],
    ["2026-07", 6],
    ["2026-07-31", 6],
  ])("reads %j as %j", (text, month) => {
    expect(toMonth(text, november())).toBe(month);
  });

  it.each(["winter", "13", "0", "ju", "2026", "11-2026-01", "Mayo"])("refuses %j in one sentence", (text) => {
    expect(() => toMonth(text, november())).toThrow(/^".*" is not a month; give its name, .*\.$/);
  });
});
