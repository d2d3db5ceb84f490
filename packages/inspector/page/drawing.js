/** The one place where a text becomes markup: the swarm's drawing, parsed as XML, and stripped of what is no picture. */

const ELEMENTS = new Set(
  "svg g rect path text tspan title desc circle ellipse line polyline polygon defs marker".split(" "),
);
const ATTRIBUTES = new Set(
  (
    "id class role width height viewbox x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform fill stroke " +
    "stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity text-anchor dominant-baseline font-size " +
    "font-weight marker-end marker-start refx refy markerwidth markerheight orient preserveaspectratio"
  ).split(" "),
);
const SVG = "http://www.w3.org/2000/svg";

const policy = globalThis.trustedTypes?.createPolicy("swarmgraph-drawing", { createHTML: (text) => text });

/** A style sheet inside a drawing. */
const STYLE = /<style[^>]*>[\s\S]*?<\/style>/gu;

/** The drawing as an element; `undefined` where the text is no SVG. Its style sheet is left out: the page has its own. */
export function parseDrawing(text) {
  const bare = text.replaceAll(STYLE, "");
  const parsed = new DOMParser().parseFromString(policy?.createHTML(bare) ?? bare, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg" || parsed.querySelector("parsererror")) return undefined;
  strip(root);
  return root;
}

/** A drawing as a file's text, with the style sheet of the text that it was parsed from. */
export function drawingText(drawing, original) {
  const [style = ""] = (original ?? "").match(STYLE) ?? [];
  return new XMLSerializer().serializeToString(drawing).replace(">", () => `>${style}`);
}

function strip(element) {
  for (const { name, namespaceURI, value } of Array.from(element.attributes)) {
    const isKnown = /^(?:data|aria)-[\w-]+$/u.test(name) || ATTRIBUTES.has(name.toLowerCase()) || name === "xmlns";
    const isSafe = !/url\((?!#)|javascript:/iu.test(value);
    if (namespaceURI === "http://www.w3.org/2000/xmlns/" && name === "xmlns") continue;
    if (!isKnown || !isSafe || namespaceURI !== null) element.removeAttribute(name);
  }
  for (const child of Array.from(element.childNodes)) {
    const isElement = child.nodeType === Node.ELEMENT_NODE;
    const isKnown = isElement && child.namespaceURI === SVG && ELEMENTS.has(child.localName);
    if (isKnown) strip(child);
    else if (child.nodeType !== Node.TEXT_NODE) child.remove();
  }
}
