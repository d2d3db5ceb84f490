const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as XML content or as a quoted attribute. What XML cannot hold at all becomes U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
      .replace(/[<>&"']/gu, (character) => ENTITIES[character] as string)
      // An attribute's line breaks and tabs would be read as spaces.
      .replace(/[\t\n\r]/gu, (character) => `&#${character.charCodeAt(0)};`)
  );
}
