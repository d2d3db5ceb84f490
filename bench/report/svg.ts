import { logScale } from "./scale.ts";

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn thicker. */
  readonly isOurs?: boolean;
}

/** What a chart says beside its lines. */
export interface ChartText {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const WIDTH = 860;
const HEIGHT = 480;
const PLOT = { left: 80, right: 570, top: 50, bottom: 420 };

/** Colours that differ also where red and green do not. */
const COLOURS = [
  "#0072b2",
  "#56b4e9",
  "#d55e00",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#7f7f7f",
  "#8c564b",
  "#bcbd22",
  "#000000",
  "#9467bd",
];

/** Lines over two logarithmic axes, as an SVG document. A series without points is left out. */
export function lineChart(all: readonly Series[], text: ChartText): string {
  // The colour goes by the place in the whole list, so that a system has the same one in every chart.
  const series = all
    .map((each, index) => ({ ...each, colour: COLOURS[index % COLOURS.length] as string }))
    .filter(({ points }) => points.length > 0);
  const points = series.flatMap((each) => each.points);
  const x = logScale(
    points.map(([value]) => value),
    [PLOT.left, PLOT.right],
  );
  const y = logScale(
    points.map(([, value]) => value),
    [PLOT.bottom, PLOT.top],
  );
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const parts = [
    label(PLOT.left, 26, text.title, 'font-size="16" font-weight="bold"'),
    label((PLOT.left + PLOT.right) / 2, HEIGHT - 16, text.x, 'text-anchor="middle"'),
    label(20, middle, text.y, `text-anchor="middle" transform="rotate(-90 20 ${middle})"`),
    ...x.ticks.flatMap((tick) => [
      line([x.at(tick), PLOT.top], [x.at(tick), PLOT.bottom], "#ddd"),
      label(x.at(tick), PLOT.bottom + 18, shortNumber(tick), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      line([PLOT.left, y.at(tick)], [PLOT.right, y.at(tick)], "#ddd"),
      label(PLOT.left - 8, y.at(tick) + 4, shortNumber(tick), 'text-anchor="end"'),
    ]),
    ...series.flatMap((each, index) => drawn(each, index, (point) => [x.at(point[0]), y.at(point[1])])),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(text.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

type Point = readonly [number, number];

function drawn(
  { name, points, isOurs, colour }: Series & { colour: string },
  index: number,
  place: (point: Point) => Point,
): string[] {
  const placed = points.map(place);
  const path = placed.map((point) => point.map(short).join(",")).join(" ");
  const key = PLOT.top + 10 + index * 20;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${isOurs ? 3 : 1.5}"/>`,
    ...placed.map(([cx, cy]) => `<circle cx="${short(cx)}" cy="${short(cy)}" r="3" fill="${colour}"/>`),
    `<rect x="${PLOT.right + 20}" y="${key - 9}" width="10" height="10" fill="${colour}"/>`,
    label(PLOT.right + 36, key, name, isOurs ? 'font-weight="bold"' : ""),
  ];
}

function line(from: Point, to: Point, colour: string): string {
  const [x1, y1, x2, y2] = [...from, ...to].map(short);
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`;
}

function label(x: number, y: number, text: string, attributes: string): string {
  return `<text x="${short(x)}" y="${short(y)}" ${attributes}>${escapeXml(text)}</text>`;
}

/** A pixel, to a tenth. */
function short(pixel: number): string {
  return String(Math.round(pixel * 10) / 10);
}

/** A tick's number: `0.1`, `10`, `1k`, `1M`. */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

/** A text as XML may hold it. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
