import { BlockList, isIP } from "node:net";

/** The addresses that are not on the public internet (the IANA special-purpose registries), and multicast. */
const v4 =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 " +
  "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4";
/** Likewise; `::/96`, `64:ff9b::/32` and `2002::/16` carry an IPv4 address inside that a gateway may unwrap. */
const v6 =
  "::/96 64:ff9b::/32 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8";

const special = new BlockList();
for (const range of v4.split(" ")) special.addSubnet(...subnet(range), "ipv4");
for (const range of v6.split(" ")) special.addSubnet(...subnet(range), "ipv6");

/** Names that a resolver answers from the machine or the local network. */
const localName = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa)$/;

function subnet(range: string): [string, number] {
  const [address = "", prefix] = range.split("/");
  return [address, Number(prefix)];
}

/**
 * Why nobody on the public internet could mean this URL; undefined where it is a public one.
 *
 * Every spelling of an address counts (decimal, octal, hexadecimal, short, IPv4 inside IPv6): the URL parser has
 * normalised it before it is judged. Names are judged by their form, they are not resolved. Pure.
 */
export function whyNotPublic(url: URL): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return `its scheme is "${url.protocol}", not http or https`;
  if (url.username !== "" || url.password !== "") return "it carries a user name or a password";
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.+$/, "");
  const family = isIP(host);
  if (family !== 0) return special.check(host, family === 4 ? "ipv4" : "ipv6") ? `"${host}" is not public` : undefined;
  if (!host.includes(".")) return `"${host}" is a name of a local network`;
  return localName.test(host) ? `"${host}" is a name of a local network` : undefined;
}

/**
 * Whether a text is an `http(s)` URL at a public address.
 *
 * @example
 * ```ts
 * import { isPublicUrl } from "@swarmgraph/tools";
 *
 * isPublicUrl("https://www.ecb.europa.eu/stats"); // true
 * isPublicUrl("http://0x7f.1/admin"); // false
 * ```
 */
export function isPublicUrl(url: string): boolean {
  return URL.canParse(url) && whyNotPublic(new URL(url)) === undefined;
}
