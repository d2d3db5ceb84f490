/** English words for units, by the name that mathjs has for each. */
const NAMES: Readonly<Record<string, string>> = {
  mm: "mm millimeter millimetre",
  cm: "cm centimeter centimetre",
  m: "m meter metre",
  km: "km kilometer kilometre",
  inch: "inch inche",
  foot: "foot feet ft",
  yard: "yard",
  mile: "mile mi",
  g: "g gram gramme",
  kg: "kg kilogram kilo",
  lbm: "lb pound",
  oz: "oz ounce",
  stone: "stone",
  tonne: "tonne ton",
  ml: "ml milliliter millilitre",
  l: "l liter litre",
  gallon: "gallon",
  pint: "pint",
  cup: "cup",
  degC: "celsius centigrade °c c",
  degF: "fahrenheit °f f",
  K: "kelvin",
  s: "second",
  minute: "minute",
  hour: "hour h",
  day: "day",
  week: "week",
  "km/h": "km/h kph",
  "mile/hour": "mph",
};

const UNITS = new Map(Object.entries(NAMES).flatMap(([unit, words]) => words.split(" ").map((word) => [word, unit])));

const WORD = String.raw`(?:degrees? )?([a-z°]+(?:\/h)?)`;

/** `convert 26 miles to km`, and `how many grams are in 3 pounds`. */
const FORWARD = new RegExp(String.raw`(-?\d+(?:\.\d+)?)\s*${WORD} (?:in|to|into|as) ${WORD}`);
const BACKWARD = new RegExp(
  String.raw`how (?:many|much) ${WORD} (?:are |is |make |do i get |in |there )*(?:in |is |are )?(an?|-?\d+(?:\.\d+)?)\s*${WORD}`,
);

/** A conversion of units in mathjs's notation, e.g. `26 mile to km`, where a text asks for one. */
export function conversionOf(text: string): string | undefined {
  const forward = FORWARD.exec(text);
  if (forward !== null) {
    const [, amount = "", from = "", to = ""] = forward;
    const found = conversion(amount, from, to);
    if (found !== undefined) return found;
  }
  const backward = BACKWARD.exec(text);
  if (backward === null) return undefined;
  const [, to = "", amount = "", from = ""] = backward;
  return conversion(/^an?$/.test(amount) ? "1" : amount, from, to);
}

function conversion(amount: string, from: string, to: string): string | undefined {
  const source = unitOf(from);
  const target = unitOf(to);
  return source === undefined || target === undefined ? undefined : `${amount} ${source} to ${target}`;
}

function unitOf(word: string): string | undefined {
  return UNITS.get(word) ?? UNITS.get(word.replace(/s$/, ""));
}
