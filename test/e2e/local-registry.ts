import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { PackedPackage } from "../../scripts/stage.ts";

/** A registry on this machine. */
export interface LocalRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** What a {@link LocalRegistry} serves. */
export interface LocalRegistryOptions {
  readonly packages: readonly PackedPackage[];
  /** The registry that has every other package, as an address that ends with a slash. */
  readonly upstream: string;
}

/**
 * Serves packages as if they were published, so that a project installs them by their names; whoever asks for another
 * one is sent on to where that is.
 */
export async function startRegistry({ packages, upstream }: LocalRegistryOptions): Promise<LocalRegistry> {
  const tarballs = new Map(packages.map((item) => [`/-/${item.manifest.name}.tgz`, item.tarball]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/");
    const tarball = tarballs.get(path);
    const named = packages.find(({ manifest }) => path === `/${manifest.name}`);
    if (tarball !== undefined) {
      response.end(readFileSync(tarball));
    } else if (named === undefined) {
      response.writeHead(307, { location: new URL(`.${request.url ?? "/"}`, upstream).href }).end();
    } else {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packument(named, url)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${url}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a registry says of a package that has one version. */
function packument({ manifest: { name, version }, tarball, unpacked }: PackedPackage, url: string): unknown {
  const manifest: unknown = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  const dist = { tarball: `${url}/-/${name}.tgz`, integrity };
  const published = { ...(manifest as Readonly<Record<string, unknown>>), dist };
  return { name, "dist-tags": { latest: version }, versions: { [version]: published } };
}
