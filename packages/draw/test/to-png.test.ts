import { describe, expect, it } from "vitest";
import { drawSwarm, layoutSwarm, toPng } from "@swarmgraph/draw";
import { desk } from "./swarms.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const hasResvg = await import("@resvg/resvg-js").then(
  () => true,
  () => false,
);

describe("toPng", () => {
  it.runIf(hasResvg)("gives a PNG of the drawing's size, by the scale", async () => {
    const png = Buffer.from(await toPng(drawSwarm(desk, { format: "svg" }), { scale: 3 }));
    const { width, height } = layoutSwarm(desk);
    expect([...png.subarray(0, 8)]).toEqual(SIGNATURE);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([Math.ceil(width) * 3, Math.ceil(height) * 3]);
  });

  it.runIf(hasResvg)("has the theme's colours, and the light ones for auto", async () => {
    const [light, dark, auto] = await Promise.all(
      (["light", "dark", "auto"] as const).map((theme) => toPng(drawSwarm(desk, { format: "svg", theme }))),
    );
    expect(auto).toEqual(light);
    expect(dark).not.toEqual(light);
  });

  it("says how to install the renderer where it is not there", async () => {
    const importModule = () => Promise.reject(new Error("not found"));
    await expect(toPng("<svg/>", { importModule })).rejects.toMatchObject({
      code: "RESVG_MISSING",
      message: expect.stringContaining("npm install @resvg/resvg-js") as string,
      cause: new Error("not found"),
    });
  });

  it.runIf(hasResvg)("refuses what is no SVG", async () => {
    await expect(toPng("<svg")).rejects.toMatchObject({ code: "PNG_FAILED" });
  });

  it.each([0, -1, 17, Number.NaN])("scale %d is refused", async (scale) => {
    await expect(toPng("<svg/>", { scale })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });
});
