/** An element of a parsed document, with the text that stands directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u;

const TOKEN = /<(\/?)([A-Za-z]+)((?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Parses the part of XML that an SVG needs, and throws on whatever is not well-formed. */
export function parseXml(source: string): readonly XmlElement[] {
  if (ILLEGAL.test(source)) throw new Error("a character that XML forbids");
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [token, close, name, attributes = "", empty, text] = match;
    end = match.index + token.length;
    const inner = open.at(-1);
    if (text !== undefined) {
      if (inner !== undefined) inner.text += decode(text);
      else if (text.trim() !== "") throw new Error(`text outside the root: ${text}`);
    } else if (close === "/") {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      if (inner === undefined && elements.length > 0) throw new Error(`a second root <${name}>`);
      const element = { name: name as string, attributes: attributesOf(attributes), text: "" };
      elements.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  if (end !== source.length) throw new Error(`not well-formed at ${end}: ${source.slice(end, end + 40)}`);
  if (open.length > 0) throw new Error(`<${open[0]?.name}> is never closed`);
  return elements;
}

function attributesOf(source: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", value = ""] of source.matchAll(/([A-Za-z][\w-]*)="([^"]*)"/g)) {
    if (attributes.has(name)) throw new Error(`attribute ${name} is there twice`);
    // As every XML parser does it: a plain line break or tab in an attribute is a space.
    attributes.set(name, decode(value.replace(/[\t\n\r]/g, " ")));
  }
  return attributes;
}

function decode(text: string): string {
  if (/&(?!(?:lt|gt|amp|quot|#\d+);)/.test(text)) throw new Error(`a raw & in ${text}`);
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (ENTITIES[name] as string) : String.fromCodePoint(Number(code)),
  );
}
