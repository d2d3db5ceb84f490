/** A link of a page: where it leads, and on which line it stands. */
export interface Link {
  readonly href: string;
  readonly line: number;
}

/** The links and images of a page, those in code left out. Pure. */
export function linksOf(markdown: string): readonly Link[] {
  let isCode = false;
  return markdown.split("\n").flatMap((text, index) => {
    if (/^\s*(?:```|~~~)/u.test(text)) isCode = !isCode;
    if (isCode) return [];
    const prose = text.replaceAll(/`[^`]*`/gu, (code) => "x".repeat(code.length));
    const inline = [...prose.matchAll(/\]\((?<href>[^()\s]+(?:\([^()\s]*\))?)(?: "[^"]*")?\)/gu)];
    const defined = /^\[(?!\^)[^\]]+\]: (?<href>\S+)/u.exec(prose);
    return [...inline, ...(defined ? [defined] : [])].map(({ groups }) => ({
      href: groups?.["href"] ?? "",
      line: index + 1,
    }));
  });
}

/** The anchors that GitHub gives the headings of a page. Pure. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...markdown.matchAll(/^#{1,6} +(?<text>.+)$/gmu)].map(({ groups }) => {
    const text = (groups?.["text"] ?? "").replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1").toLowerCase();
    const plain = text
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/gu, "-");
    const count = seen.get(plain) ?? 0;
    seen.set(plain, count + 1);
    return count === 0 ? plain : `${plain}-${count}`;
  });
  return new Set(anchors);
}
