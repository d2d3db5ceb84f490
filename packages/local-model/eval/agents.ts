/** A tool in OpenAI's format, as `bindTools` takes it. */
export interface EvalTool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Readonly<Record<string, unknown>>;
  };
}

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A regular tool; a field whose name ends in `?` is optional. */
function tool(name: string, description: string, fields: Fields): EvalTool {
  const entries = Object.entries(fields);
  const properties = Object.fromEntries(entries.map(([key, schema]) => [key.replace("?", ""), schema]));
  const required = entries.map(([key]) => key).filter((key) => !key.endsWith("?"));
  return { type: "function", function: { name, description, parameters: { type: "object", properties, required } } };
}

function handoff(target: string, description: string): EvalTool {
  return tool(`transfer_to_${target}`, description, {});
}

const string = { type: "string" };
const number = { type: "number" };
const integer = { type: "integer" };
const date = { type: "string", format: "date" };

const toWeather = handoff("weather_specialist", "Weather: current weather, forecasts and typical climate for a city");
const toMaths = handoff(
  "math_specialist",
  "Mathematics: arithmetic, percentages, interest, equations, unit conversion",
);
const toBilling = handoff("billing", "Billing: invoices, payments, refunds and subscription charges");
const toTravel = handoff("travel", "Travel: flights, hotels, trains and itineraries");
const toWriter = handoff("writer", "Writing: drafts, edits, proofreads and translates texts and emails");
const toSupport = handoff(
  "support",
  "Technical support: login problems, error messages, installation and broken devices",
);
const toResearcher = handoff("researcher", "Research: finds facts, papers, sources and statistics on a topic");

/** Who is asked, and the tools that are bound for it. */
export const agents = {
  /** A front desk that only hands over. */
  desk: [toWeather, toMaths, toBilling, toTravel, toWriter, toSupport, toResearcher],
  /** The smallest swarm: two specialists. */
  assistant: [toWeather, toMaths],
  /** Another front desk, of a company's inner services. */
  office: [
    handoff("scheduler", "Calendar: schedules, moves and cancels meetings and appointments"),
    handoff("hr", "Human resources: holidays, sick leave, salary and benefits of employees"),
    handoff("legal", "Legal: contracts, licences, privacy and compliance questions"),
    handoff("chef", "Cooking: recipes, ingredients, meal plans and nutrition"),
    handoff("shop", "Shop orders: order status, delivery, returns and exchanges"),
    handoff("coder", "Programming: writes, explains and debugs code"),
  ],
  weather: [
    tool("get_weather", "Current weather, or the typical climate of a month, for a city", {
      city: string,
      "month?": string,
    }),
    tool("get_air_quality", "Air quality and pollen count of a city", { city: string }),
    toMaths,
    toTravel,
  ],
  maths: [
    tool("calculate", "Evaluate an arithmetic expression", { expression: string }),
    tool("random_number", "Pick a random whole number between a minimum and a maximum", { min: integer, max: integer }),
    tool("loan_payment", "Monthly payment of a loan", { amount: number, annual_rate: number, years: number }),
    toWeather,
  ],
  billing: [
    tool("list_invoices", "List the customer's invoices", {
      "year?": integer,
      "status?": { type: "string", enum: ["paid", "open", "overdue"] },
    }),
    tool("refund", "Give the customer the money for an order back", { order_id: string, "amount?": number }),
    tool("change_plan", "Change the subscription plan", { plan: { type: "string", enum: ["basic", "pro", "team"] } }),
    toSupport,
  ],
  travel: [
    tool("find_flights", "Search flights between two cities", { origin: string, destination: string, "date?": date }),
    tool("book_hotel", "Book a hotel room in a city", {
      city: string,
      nights: integer,
      "guests?": integer,
      "breakfast?": { type: "boolean" },
    }),
    toWeather,
    toBilling,
  ],
  support: [
    tool("open_ticket", "Report a technical problem to the support team", {
      summary: string,
      "priority?": { type: "string", enum: ["low", "normal", "high"] },
    }),
    tool("check_status", "Check whether a service is up or down", {
      service: { type: "string", enum: ["email", "website", "vpn", "api"] },
    }),
    tool("reset_password", "Send a link to reset a forgotten password", { email: string }),
    toBilling,
  ],
  calendar: [
    tool("create_event", "Put a meeting or an appointment into the calendar", {
      date,
      "duration_minutes?": integer,
      "title?": string,
    }),
    tool("list_events", "Show what is in the calendar on a day", { date }),
    toTravel,
  ],
  research: [
    tool("search_papers", "Search scientific papers on a topic", { query: string, "max_results?": integer }),
    tool("summarise_page", "Summarise the web page at an address", { url: { type: "string", format: "uri" } }),
    toWriter,
  ],
} satisfies Record<string, readonly EvalTool[]>;

/** The name of an agent of the evaluation. */
export type AgentName = keyof typeof agents;
