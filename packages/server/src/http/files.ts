import { Hono } from "hono";
import { notFound } from "../wire/errors.ts";

/** A file that a tool made. */
export interface ServedFile {
  readonly bytes: Uint8Array;
  /** A media type, e.g. `image/svg+xml`. */
  readonly type: string;
  /** The name under which a browser saves it, e.g. `chart.svg`. */
  readonly name: string;
}

/** Where the files that tools made are read from. */
export interface FileSource {
  get(id: string): Promise<ServedFile | undefined>;
}

/** The route of `/v1/files`: the contents of files that tools made. */
export function fileRoutes(files: FileSource): Hono {
  return new Hono().get("/:id/content", async (c) => {
    const id = c.req.param("id");
    const file = await files.get(id);
    if (file === undefined) throw notFound("file", id);
    const isPlain = (c.req.header("accept") ?? "").includes(OCTETS);
    return c.body(new Uint8Array(file.bytes), 200, {
      // Mistral's client takes the bytes under this type alone.
      "content-type": isPlain ? OCTETS : file.type,
      // A file was made by a model: no page of this origin may come of it.
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
  });
}

const OCTETS = "application/octet-stream";
