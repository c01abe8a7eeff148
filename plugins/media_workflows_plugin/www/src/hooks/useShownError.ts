// After a refused save: the first field that is wrong is shown and focused, else the message itself.
import { useEffect, useRef } from "react";

import { ApiError } from "../api/client";
import { goToField } from "../components/fields/goToField";

const problemsOf = (error: Error) => (error instanceof ApiError ? error.problems : []);

// The ref belongs to an element around the message. `error` is that of the last attempt, null while there is none; `form` is
// the id of a form in a dialog.
export function useShownError(error: Error | null, fieldOf: (field: string) => string = (field) => field, form = "") {
  const message = useRef<HTMLDivElement>(null);
  const place = useRef(fieldOf);
  place.current = fieldOf;
  useEffect(() => {
    if (!error) return;
    const first = problemsOf(error).map(({ field }) => place.current(field)).find((field) => goToField(field, form));
    if (first !== undefined) return;
    message.current?.scrollIntoView({ block: "center" });
    message.current?.focus({ preventScroll: true });
  }, [error, form]);
  return message;
}
