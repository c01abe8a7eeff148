// Shows a field of a form and gives it the focus: the field itself, or the nearest one around it that is on the page.
import { fieldId } from "./FieldFrame";

const LAST_PART = /(\.[^.[]*|\[\d+\]|^[^.[]*)$/;

export function goToField(field: string, form = ""): boolean {
  for (let path = field; path; path = path.replace(LAST_PART, "")) {
    const found = document.getElementById(fieldId(path, form));
    if (!found) continue;
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
    return true;
  }
  return false;
}
