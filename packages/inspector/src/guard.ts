/**
 * Why a request is not answered, or `undefined`. A page of another site cannot get in by a name of its own that leads to
 * this machine (the host is checked), nor by asking from its own pages (the origin is).
 */
export function refusalOf(request: Request, hosts: readonly string[]): string | undefined {
  const host = (request.headers.get("host") ?? new URL(request.url).host).toLowerCase();
  if (!isAllowed(host, hosts)) {
    return `The host "${host}" is not let in: open the page by localhost, or name the host in the inspector's \`hosts\`.`;
  }
  const origin = request.headers.get("origin");
  if (origin === null) return undefined;
  const from = hostOf(origin);
  const isOwn = from !== undefined && (from === host || isListed(from, hosts));
  return isOwn ? undefined : "The request comes from a page of another site.";
}

function isAllowed(host: string, hosts: readonly string[]): boolean {
  return isListed(host, hosts) || isLoopback(withoutPort(host));
}

function isListed(host: string, hosts: readonly string[]): boolean {
  return hosts.includes(host) || hosts.includes(withoutPort(host));
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/u.test(hostname)
  );
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/u, "");
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() || undefined : undefined;
}
