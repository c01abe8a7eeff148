// The overlays of an item with their boxes in a frame of its output.
import type { OverlayFrame } from "../../../api/overlays";
import type { Json, JsonObject } from "../../../api/types";
import { useForm } from "../../../definition/FormContext";
import { fieldLabel } from "../../../definition/labels";
import { type Box, isShownAt, mosaicBox, watermarkBox } from "../../../definition/overlays";
import { below, valueAt } from "../../../definition/path";
import { t } from "../../../i18n";

export interface PlacedOverlay {
  path: string;
  name: string;
  value: JsonObject;
  box: Box | null; // null = it is not drawn
  message: string; // why it is not
  isFixed: boolean; // its place is its template's
  isShown: boolean; // at the moment of the frame
}

const listAt = (value: Json, path: string) => (Array.isArray(valueAt(value, path)) ? (valueAt(value, path) as JsonObject[]) : []);

// `frame` may be of a moment ago: an overlay that it does not know has no box yet.
export function useOverlays(item: string, frame: OverlayFrame | undefined, at_s: number): PlacedOverlay[] {
  const { value } = useForm();
  if (!frame) return [];
  const placed = (list: "watermarks" | "mosaics", boxOf: (value: JsonObject, index: number) => Box | null) =>
    listAt(value, below(item, list)).map((one, index) => ({
      path: below(below(item, list), index),
      name: t("form.numbered", { name: fieldLabel(list), number: index + 1 }),
      value: one,
      box: boxOf(one, index),
      message: frame[list][index]?.message ?? "",
      isFixed: list === "watermarks" && !one.mark,
      isShown: isShownAt(one, at_s, frame.length_s),
    }));
  return [
    ...placed("watermarks", (one, index) => {
      const found = frame.watermarks[index];
      if (!found || found.message || found.own_width === 0) return null;
      return one.mark ? watermarkBox(one, { width: found.own_width, height: found.own_height }, frame) : found;
    }),
    ...placed("mosaics", (one) => mosaicBox(one, frame)),
  ];
}
