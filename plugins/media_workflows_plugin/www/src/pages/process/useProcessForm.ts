// The state of the form of a request: its value, the problems that are shown, and the sending.
import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router-dom";

import { ApiError, type Problem } from "../../api/client";
import { startProcess, validateRequest } from "../../api/processes";
import { queries } from "../../api/queries";
import type { Json, JsonObject } from "../../api/types";
import type { Form } from "../../definition/FormContext";
import { withValue } from "../../definition/path";
import { atTheirFields, fieldOf } from "../../definition/request";
import type { Schema } from "../../definition/schema";
import { showSuccess } from "../../hooks/messages";
import { useShownError } from "../../hooks/useShownError";
import { t } from "../../i18n";
import { paths } from "../../paths";
import { useYamlText } from "../form/useYamlText";
import { shownProblems, stillRefused, useValidation, withRefused } from "../form/useValidation";

// What only the server's look into the buckets finds; the rest is checked again after each change.
const problemsOf = (error: Error) => (error instanceof ApiError ? atTheirFields(error.problems) : []);

export function useProcessForm(root: Schema, start: JsonObject) {
  const navigate = useNavigate();
  const [value, setValue] = useState<Json>(start);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Problem[] | null>(null); // at the last sending; null = there was none
  const sent = useRef(false);
  const { problems, unavailable, error: unchecked } = useValidation(value, validateRequest);
  const found = problems && atTheirFields(problems);
  const first = useMemo(() => JSON.stringify(start), [start]);
  const set = (path: string, next: Json | undefined) => {
    setValue((old) => withValue(old, path, next));
    if (path !== "") setTouched((old) => new Set([...old, path]));
    setRefused((old) => old && (path === "" ? [] : stillRefused(old, path)));
  };
  const yaml = useYamlText(root, set);
  const isTyped = yaml.typed !== null;
  const isDirty = useCallback(() => !sent.current && (isTyped || JSON.stringify(value) !== first), [isTyped, value, first]);
  const send = useMutation({
    mutationFn: (request: JsonObject) => startProcess(request),
    onSuccess: async ({ request_id }) => {
      sent.current = true;
      await queries.invalidateQueries({ queryKey: ["process"] });
      showSuccess(t("process.started", { id: request_id }));
      await navigate(paths.process(request_id));
    },
    onError: (error) => setRefused(problemsOf(error)),
  });
  const message = useShownError(send.error, fieldOf);
  const checked = shownProblems(found ?? [], touched, refused !== null);
  const shown = withRefused(checked, refused ?? []);
  const form: Form = { value, root, problems: shown, unavailable, set };
  const submit = () => {
    const read = yaml.take();
    if (read !== null) send.mutate(read ?? (value as JsonObject));
  };
  return { form, yaml, submit, isValid: found?.length === 0, unchecked, refused, send, message, isDirty };
}
