import { describe, expect, it } from "vitest";

import type { JsonObject } from "../src/api/types";
import { type Box, type Frame, isShownAt, lengthOf, mosaicBox, movedTo, pixels, resizedTo, type Size, watermarkBox } from "../src/definition/overlays";
import boxes from "./overlay_boxes.json";

interface WatermarkCase extends JsonObject {
  mark: JsonObject;
}

interface Cases {
  watermarks: (WatermarkCase & { frame: Frame; own: Size; box: Box })[];
  mosaics: (JsonObject & { frame: Frame; box: Box | null })[];
}

const cases = boxes as unknown as Cases;
const frame = { width: 1280, height: 720, columns: 1, rows: 1 };

describe("the box of an overlay", () => {
  it.each(cases.watermarks)("is that of the encoder: %o", (one) => {
    expect(watermarkBox(one, one.own, one.frame)).toEqual(one.box);
  });

  it.each(cases.mosaics)("of a mosaic, too: %o", (one) => {
    expect(mosaicBox(one, one.frame)).toEqual(one.box);
  });
});

describe("a box that is moved", () => {
  it.each(["top_left", "top_right", "bottom_left", "bottom_right"])("is drawn where it is dropped, from %s", (origin) => {
    for (const unit of ["px", "%"]) {
      const watermark: JsonObject = { origin, x_pos: `1${unit}`, y_pos: `1${unit}`, mark: { type: "image", width: "101px", height: "0px" } };
      const own = { width: 40, height: 30 };
      const moved = movedTo(watermark, watermarkBox(watermark, own, frame), 333, 217, frame);
      expect(watermarkBox(moved, own, frame)).toMatchObject({ x: 333, y: 217, width: 101 });
      expect(String(moved.x_pos)).toMatch(unit === "px" ? /^\d+px$/ : /%$/);
    }
  });

  it("stays in the frame", () => {
    const mosaic: JsonObject = { x_pos: "0px", y_pos: "0px", width: "100px", height: "100px" };
    expect(movedTo(mosaic, mosaicBox(mosaic, frame)!, -50, 5000, frame)).toMatchObject({ x_pos: "0px", y_pos: "620px" });
  });
});

describe("a box that is resized", () => {
  const image = (width: string, height: string): JsonObject => ({ mark: { type: "image", width, height } });
  const sized = (overlay: JsonObject, size: Size) => resizedTo(overlay, { x: 0, y: 0, width: 100, height: 50 }, size, frame).mark;

  it("keeps the units, and the side that follows from the other", () => {
    expect(sized(image("10%", "0px"), { width: 256, height: 999 })).toMatchObject({ width: "20%", height: "0px" });
    expect(sized(image("0px", "10%"), { width: 999, height: 144 })).toMatchObject({ width: "0px", height: "20%" });
    expect(sized(image("0px", "0px"), { width: 200, height: 100 })).toMatchObject({ width: "200px", height: "0px" });
    expect(resizedTo({}, { x: 0, y: 0, width: 128, height: 72 }, { width: 256, height: 1 }, frame)).toEqual({ width: "20%", height: "1.111%" });
  });

  it("changes the font of a text", () => {
    expect(sized({ mark: { type: "text", font_size_px: 24 } }, { width: 200, height: 50 })).toMatchObject({ font_size_px: 48 });
  });
});

it("a length keeps its pixels in every unit", () => {
  for (const unit of ["px", "%", "W%", "H%", "S%", "L%"])
    for (let px = 0; px <= 1280; px += 7) expect(pixels(lengthOf(px, `1${unit}`, 1280, frame), 1280, frame)).toBe(px);
});

it("an overlay is shown in its range", () => {
  expect([0, 2, 5].map((at) => isShownAt({ start_offset_s: 1, end_offset_s: 5 }, at, 10))).toEqual([false, true, false]);
  expect(isShownAt({ end_offset_s: -3 }, 8, 10)).toBe(false);
  expect(isShownAt({}, 9, 10)).toBe(true);
});
