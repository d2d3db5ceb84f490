import type { AgentName } from "./agents.ts";

/** One prompt, the agent that gets it, and what is right. */
export interface Case {
  readonly agent: AgentName;
  readonly prompt: string;
  /** The tool to call; `null` to abstain. */
  readonly tool: string | null;
  /** The arguments of the call, where the tool has some. */
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A list of cases with a name, of one split. */
export interface CaseSet {
  readonly name: string;
  readonly split: "dev" | "held-out";
  readonly cases: readonly Case[];
}

/** The day on which relative dates are resolved: a Wednesday. */
export const TODAY = new Date("2026-03-11T09:00:00Z");

function desk(prompt: string, target: string | null): Case {
  return { agent: "desk", prompt, tool: target === null ? null : `transfer_to_${target}` };
}

function assistant(prompt: string, target: string | null): Case {
  return { ...desk(prompt, target), agent: "assistant" };
}

function office(prompt: string, target: string | null): Case {
  return { ...desk(prompt, target), agent: "office" };
}

const devDesk: readonly Case[] = [
  desk("Will I need an umbrella in Lisbon tomorrow?", "weather_specialist"),
  desk("How hot does Seville get in August?", "weather_specialist"),
  desk("What is 12.5% of 860?", "math_specialist"),
  desk("How much is 3 to the power of 7?", "math_specialist"),
  desk("I was charged twice this month", "billing"),
  desk("Please send me a copy of my last invoice", "billing"),
  desk("Find me a cheap flight from Rome to Oslo", "travel"),
  desk("I need a hotel near the station in Vienna for two nights", "travel"),
  desk("Can you proofread this cover letter?", "writer"),
  desk("Write a polite email that declines an offer", "writer"),
  desk("The app crashes with error 0x80070057 when I start it", "support"),
  desk("My printer does not connect to the laptop any more", "support"),
  desk("Find recent studies about sleep and memory", "researcher"),
  desk("What do the statistics say about child poverty in Europe?", "researcher"),
  desk("Who won the football match?", null),
  desk("Tell me a joke about cats", null),
];

const devHandoffs: readonly Case[] = [
  assistant("What's the weather in Tokyo?", "weather_specialist"),
  assistant("What is 17% of 2,340?", "math_specialist"),
  assistant("Is it raining in Dublin right now?", "weather_specialist"),
  assistant("Convert 26 miles to kilometres", "math_specialist"),
  assistant("Work out 48 divided by 6 plus 7", "math_specialist"),
  office("Move my meeting with Anna to Thursday", "scheduler"),
  office("How many vacation days do I have left?", "hr"),
  office("May we share customer data with a partner under this agreement?", "legal"),
  office("What can I cook with leeks and potatoes?", "chef"),
  office("My parcel still has not arrived", "shop"),
  office("Why does this Python function return None?", "coder"),
];

const devTools: readonly Case[] = [
  {
    agent: "weather",
    prompt: "What's the weather like in Paris in July?",
    tool: "get_weather",
    args: { city: "Paris", month: "July" },
  },
  {
    agent: "weather",
    prompt: "How is the air quality in New Delhi today?",
    tool: "get_air_quality",
    args: { city: "New Delhi" },
  },
  { agent: "weather", prompt: "What is 9 times 13?", tool: "transfer_to_math_specialist" },
  { agent: "maths", prompt: "What is the square root of 144?", tool: "calculate", args: { expression: "sqrt(144)" } },
  { agent: "maths", prompt: "twelve times nine", tool: "calculate", args: { expression: "12*9" } },
  {
    agent: "maths",
    prompt: "Give me a random number between 1 and 6",
    tool: "random_number",
    args: { min: 1, max: 6 },
  },
  {
    agent: "maths",
    prompt: "What would I pay each month for a loan of $20,000 at 5% over 4 years?",
    tool: "loan_payment",
    args: { amount: 20_000, annual_rate: 5, years: 4 },
  },
  { agent: "billing", prompt: "Show my overdue invoices", tool: "list_invoices", args: { status: "overdue" } },
  { agent: "billing", prompt: "Please refund order A-1042", tool: "refund", args: { order_id: "A-1042" } },
  {
    agent: "billing",
    prompt: "I want to switch my subscription to the team plan",
    tool: "change_plan",
    args: { plan: "team" },
  },
  {
    agent: "travel",
    prompt: "Search flights from Madrid to Berlin on 3 April 2026",
    tool: "find_flights",
    args: { origin: "Madrid", destination: "Berlin", date: "2026-04-03" },
  },
  {
    agent: "travel",
    prompt: "Book a hotel in Porto for 3 nights with breakfast",
    tool: "book_hotel",
    args: { city: "Porto", nights: 3, breakfast: true },
  },
  { agent: "travel", prompt: "What's the climate in Athens like in spring?", tool: "transfer_to_weather_specialist" },
  { agent: "support", prompt: "Is the vpn down?", tool: "check_status", args: { service: "vpn" } },
  {
    agent: "support",
    prompt: "I forgot my password, my address is sam@example.com",
    tool: "reset_password",
    args: { email: "sam@example.com" },
  },
  { agent: "calendar", prompt: "What is in my calendar on Friday?", tool: "list_events", args: { date: "2026-03-13" } },
  {
    agent: "calendar",
    prompt: "Put a 45 minute meeting into the calendar for tomorrow",
    tool: "create_event",
    args: { date: "2026-03-12", duration_minutes: 45 },
  },
  {
    agent: "research",
    prompt: "Search for 5 papers about coral bleaching",
    tool: "search_papers",
    args: { query: "Search for 5 papers about coral bleaching", max_results: 5 },
  },
];

const devOffTopic: readonly Case[] = [
  assistant("Who is the president of France?", null),
  assistant("Recommend a good science fiction novel", null),
  assistant("What is the meaning of life?", null),
  office("Which planet has the most moons?", null),
  office("Sing me a song", null),
  { agent: "weather", prompt: "Who painted the Mona Lisa?", tool: null },
  { agent: "maths", prompt: "What is the capital of Peru?", tool: null },
  { agent: "billing", prompt: "How tall is Mount Everest?", tool: null },
  { agent: "travel", prompt: "Explain how photosynthesis works", tool: null },
  { agent: "calendar", prompt: "Do dogs dream?", tool: null },
];

const heldOutDesk: readonly Case[] = [
  desk("Is there going to be snow in Innsbruck this weekend?", "weather_specialist"),
  desk("How many degrees is it in Cairo at the moment?", "weather_specialist"),
  desk("If I invest 2,000 at 3% for five years, how much interest do I earn?", "math_specialist"),
  desk("Solve 4x - 6 = 18", "math_specialist"),
  desk("I would like my money back for the yearly subscription", "billing"),
  desk("Plan a four day trip to Copenhagen by train", "travel"),
  desk("Translate this paragraph into Spanish", "writer"),
  desk("I cannot log in, it says my account is locked", "support"),
  desk("Look for sources on the history of the printing press", "researcher"),
  desk("Make this blog post shorter and clearer", "writer"),
  desk("Who scored the most goals last night?", null),
  desk("What should I name my new puppy?", null),
];

const heldOutHandoffs: readonly Case[] = [
  assistant("Do I need a warm coat in Helsinki today?", "weather_specialist"),
  assistant("What's the forecast for Chicago this week?", "weather_specialist"),
  assistant("What is 250 minus 17 times 3?", "math_specialist"),
  assistant("How many grams are in 3 pounds?", "math_specialist"),
  office("Set up a call with the design team next Monday", "scheduler"),
  office("I am ill and will stay at home today, whom do I tell?", "hr"),
  office("Does the GPL licence let us sell this product?", "legal"),
  office("A vegetarian dinner for six people, please", "chef"),
  office("I want to send these shoes back", "shop"),
  office("Fix the bug in my JavaScript loop", "coder"),
];

const heldOutTools: readonly Case[] = [
  { agent: "weather", prompt: "Is it sunny in Cape Town?", tool: "get_weather", args: { city: "Cape Town" } },
  {
    agent: "weather",
    prompt: "How cold is Montreal in January?",
    tool: "get_weather",
    args: { city: "Montreal", month: "January" },
  },
  {
    agent: "weather",
    prompt: "Is there a lot of pollen in Munich?",
    tool: "get_air_quality",
    args: { city: "Munich" },
  },
  { agent: "maths", prompt: "What is 8% of 4,500?", tool: "calculate", args: { expression: "8/100*4500" } },
  { agent: "maths", prompt: "3 plus 4 times 2", tool: "calculate", args: { expression: "3+4*2" } },
  {
    agent: "maths",
    prompt: "Choose any number between 10 and 50 at random",
    tool: "random_number",
    args: { min: 10, max: 50 },
  },
  { agent: "maths", prompt: "Will it be windy in Brest tomorrow?", tool: "transfer_to_weather_specialist" },
  { agent: "billing", prompt: "Which invoices did I get in 2024?", tool: "list_invoices", args: { year: 2024 } },
  {
    agent: "billing",
    prompt: "I want $15 back for order 88213",
    tool: "refund",
    args: { order_id: "88213", amount: 15 },
  },
  { agent: "billing", prompt: "Please move me to the basic plan", tool: "change_plan", args: { plan: "basic" } },
  { agent: "billing", prompt: "My screen stays black after the installation", tool: "transfer_to_support" },
  {
    agent: "travel",
    prompt: "Are there flights from Lyon to Naples tomorrow?",
    tool: "find_flights",
    args: { origin: "Lyon", destination: "Naples", date: "2026-03-12" },
  },
  {
    agent: "travel",
    prompt: "I need a room in Ghent for 2 nights for 4 guests",
    tool: "book_hotel",
    args: { city: "Ghent", nights: 2, guests: 4 },
  },
  { agent: "support", prompt: "Check if the website is up", tool: "check_status", args: { service: "website" } },
  {
    agent: "support",
    prompt: "Report that the scanner is broken, high priority",
    tool: "open_ticket",
    args: { summary: "Report that the scanner is broken, high priority", priority: "high" },
  },
  { agent: "support", prompt: "Why was my credit card charged 30 euros?", tool: "transfer_to_billing" },
  {
    agent: "calendar",
    prompt: "Add an appointment on 20 May 2026 for one hour",
    tool: "create_event",
    args: { date: "2026-05-20", duration_minutes: 60 },
  },
  { agent: "calendar", prompt: "Show me the calendar for tomorrow", tool: "list_events", args: { date: "2026-03-12" } },
  {
    agent: "research",
    prompt: "Find scientific articles on quantum error correction",
    tool: "search_papers",
    args: { query: "Find scientific articles on quantum error correction" },
  },
  {
    agent: "research",
    prompt: "Summarise https://example.org/report for me",
    tool: "summarise_page",
    args: { url: "https://example.org/report" },
  },
];

const heldOutOffTopic: readonly Case[] = [
  assistant("Who wrote Hamlet?", null),
  assistant("Which movie should I watch tonight?", null),
  assistant("Tell me about the Roman Empire", null),
  office("How far away is the moon?", null),
  office("Who is the richest person in the world?", null),
  { agent: "weather", prompt: "What is the best programming language?", tool: null },
  { agent: "maths", prompt: "Write a poem about autumn", tool: null },
  { agent: "billing", prompt: "What do pandas eat?", tool: null },
  { agent: "support", prompt: "When did the second world war end?", tool: null },
  { agent: "research", prompt: "I feel lonely today", tool: null },
];

/** All sets. The two front desk sets have the sizes of the reference figures (16 and 12). */
export const caseSets: readonly CaseSet[] = [
  { name: "front desk", split: "dev", cases: devDesk },
  { name: "handoffs", split: "dev", cases: devHandoffs },
  { name: "tools", split: "dev", cases: devTools },
  { name: "off-topic", split: "dev", cases: devOffTopic },
  { name: "front desk", split: "held-out", cases: heldOutDesk },
  { name: "handoffs", split: "held-out", cases: heldOutHandoffs },
  { name: "tools", split: "held-out", cases: heldOutTools },
  { name: "off-topic", split: "held-out", cases: heldOutOffTopic },
];
