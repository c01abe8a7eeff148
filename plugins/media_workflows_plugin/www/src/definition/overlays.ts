// Where watermarks and mosaics are drawn, in pixels of the output, and what a definition says for a box. The rules are those
// of the encoder; tests/overlay_boxes.json holds both to the same cases.
import type { Json, JsonObject } from "../api/types";

export interface Size {
  width: number;
  height: number;
}

// Watermarks are drawn at multiples of `columns` and `rows` only, the size of a colour sample.
export interface Frame extends Size {
  columns: number;
  rows: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

const LENGTH = /^(\d+(?:\.\d+)?)(px|[WHSL]?%)$/;
const LEAST_SIDE_PX = 8;
const DECIMALS = 1000; // of a percentage: finer than a pixel of any frame

const text = (value: Json | undefined, otherwise: string) => (typeof value === "string" && LENGTH.test(value) ? value : otherwise);

function split(length: string): [number, string] {
  const [, number, unit] = LENGTH.exec(length) ?? [];
  return [Number(number ?? 0), unit ?? "px"];
}

// Halves go to the even neighbour, as in Python.
function rounded(number: number): number {
  const floor = Math.floor(number);
  const rest = number - floor;
  if (rest !== 0.5) return Math.round(number);
  return floor % 2 === 0 ? floor : floor + 1;
}

// What is 100 % of a unit.
function whole(unit: string, along: number, { width, height }: Size): number {
  const sides: Record<string, number> = { "W%": width, "H%": height, "S%": Math.min(width, height), "L%": Math.max(width, height) };
  return sides[unit] ?? along;
}

export function pixels(length: string, along: number, frame: Size): number {
  const [number, unit] = split(length);
  return rounded(unit === "px" ? number : (number * whole(unit, along, frame)) / 100);
}

// A length of so many pixels, in the unit of the length before.
export function lengthOf(px: number, before: string, along: number, frame: Size): string {
  const [, unit] = split(before);
  if (unit === "px") return `${px}px`;
  return `${Math.round(((px * 100) / whole(unit, along, frame)) * DECIMALS) / DECIMALS}${unit}`;
}

function side(length: string, along: number, frame: Size): number {
  return split(length)[0] ? Math.max(1, pixels(length, along, frame)) : 0;
}

function drawnSize(mark: JsonObject, own: Size, frame: Size): Size {
  if (mark.type === "text") return { width: Math.round(own.width), height: Math.round(own.height) };
  let width = side(text(mark.width, mark.type === "svg" ? "10W%" : "10%"), frame.width, frame);
  let height = side(text(mark.height, "0px"), frame.height, frame);
  if (!width && !height) [width, height] = [Math.max(1, rounded(own.width)), Math.max(1, rounded(own.height))];
  return {
    width: width || Math.max(1, rounded((height * own.width) / own.height)),
    height: height || Math.max(1, rounded((width * own.height) / own.width)),
  };
}

const onGrid = (place: number, step: number) => Math.floor(place / step) * step;
const isAt = (watermark: JsonObject, edge: "right" | "bottom") => String(watermark.origin ?? "top_left").split("_").includes(edge);

// `own`: the size of its content.
export function watermarkBox(watermark: JsonObject, own: Size, frame: Frame): Box {
  const size = drawnSize((watermark.mark ?? {}) as JsonObject, own, frame);
  const x = pixels(text(watermark.x_pos, "0px"), frame.width, frame);
  const y = pixels(text(watermark.y_pos, "0px"), frame.height, frame);
  const left = isAt(watermark, "right") ? frame.width - size.width - x : x;
  const top = isAt(watermark, "bottom") ? frame.height - size.height - y : y;
  return { ...size, x: onGrid(left, frame.columns), y: onGrid(top, frame.rows) };
}

// The region grows to even pixels; null = it lies outside.
export function mosaicBox(mosaic: JsonObject, frame: Size): Box | null {
  const span = (position: string, length: string, along: number): [number, number] => {
    const start = pixels(position, along, frame);
    const end = Math.min(along, start + Math.max(1, pixels(length, along, frame)));
    const even = onGrid(start, 2);
    return [even, onGrid(end - even + 1, 2)];
  };
  const [x, width] = span(text(mosaic.x_pos, "0px"), text(mosaic.width, "10%"), frame.width);
  const [y, height] = span(text(mosaic.y_pos, "0px"), text(mosaic.height, "10%"), frame.height);
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

// The overlay with its box at another place of the frame: its distances from its corner, in their units.
export function movedTo(overlay: JsonObject, box: Box, x: number, y: number, frame: Size): JsonObject {
  const left = within(x, 0, Math.max(0, frame.width - box.width));
  const top = within(y, 0, Math.max(0, frame.height - box.height));
  const fromX = isAt(overlay, "right") ? frame.width - box.width - left : left;
  const fromY = isAt(overlay, "bottom") ? frame.height - box.height - top : top;
  return {
    ...overlay,
    x_pos: lengthOf(Math.max(0, fromX), text(overlay.x_pos, "0px"), frame.width, frame),
    y_pos: lengthOf(Math.max(0, fromY), text(overlay.y_pos, "0px"), frame.height, frame),
  };
}

// The overlay with another size. A side of 0, which follows from the other one, stays; a text changes its font size.
export function resizedTo(overlay: JsonObject, box: Box, size: Size, frame: Size): JsonObject {
  const mark = overlay.mark as JsonObject | undefined;
  if (!mark) return { ...overlay, ...sides(overlay, box, size, ["10%", "10%"], frame) };
  if (mark.type !== "text") return { ...overlay, mark: { ...mark, ...sides(mark, box, size, [mark.type === "svg" ? "10W%" : "10%", "0px"], frame) } };
  const font = typeof mark.font_size_px === "number" ? mark.font_size_px : 24;
  const grown = size.width === box.width ? size.height / box.height : size.width / box.width;
  return { ...overlay, mark: { ...mark, font_size_px: within(Math.round(font * grown), 8, 500) } };
}

function sides(of: JsonObject, box: Box, size: Size, [usualWidth, usualHeight]: [string, string], frame: Size): JsonObject {
  const [wide, high] = [text(of.width, usualWidth), text(of.height, usualHeight)];
  const [hasWidth, hasHeight] = [split(wide)[0] > 0 || split(high)[0] === 0, split(high)[0] > 0];
  const follows = (changed: number, other: number, otherBefore: number, before: number) => (changed === before && other !== otherBefore ? (before * other) / otherBefore : changed);
  const width = hasHeight ? size.width : follows(size.width, size.height, box.height, box.width);
  const height = hasWidth ? size.height : follows(size.height, size.width, box.width, box.height);
  return {
    ...(hasWidth && { width: lengthOf(within(Math.round(width), LEAST_SIDE_PX, frame.width), wide, frame.width, frame) }),
    ...(hasHeight && { height: lengthOf(within(Math.round(height), LEAST_SIDE_PX, frame.height), high, frame.height, frame) }),
  };
}

// Whether an overlay is shown at a moment of an output of this length; an end of 0 is the output's end.
export function isShownAt(overlay: JsonObject, at_s: number, length_s: number): boolean {
  const seconds = (value: Json | undefined) => (typeof value === "number" ? (value < 0 ? length_s + value : value) : 0);
  return at_s >= seconds(overlay.start_offset_s) && at_s < (seconds(overlay.end_offset_s) || Number.POSITIVE_INFINITY);
}
