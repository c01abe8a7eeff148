// Sets, tests and removes the function callback.
import { Box, Button, Flex } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { ApiError } from "../../api/client";
import { forgetFunctionCallback, type FunctionCallback, setFunctionCallback, testFunctionCallback } from "../../api/events";
import { queries } from "../../api/queries";
import type { Json, JsonObject } from "../../api/types";
import { AttemptResult } from "../../components/AttemptResult";
import { ErrorNote } from "../../components/ErrorNote";
import { SchemaField } from "../../components/fields/SchemaField";
import { LeaveDialog } from "../../components/LeaveDialog";
import { Section } from "../../components/Section";
import { FormContext } from "../../definition/FormContext";
import { withValue } from "../../definition/path";
import { showSuccess } from "../../hooks/messages";
import { useCheck } from "../../hooks/useCheck";
import { useMe } from "../../hooks/useMe";
import { useShownError } from "../../hooks/useShownError";
import { t } from "../../i18n";
import { FUNCTION_SCHEMA } from "./functionSchema";

const fieldOf = (field: string) => `target.${field.replace(/^(notification|target)\.?/, "")}`;

export function FunctionCallbackForm({ callback }: { callback: FunctionCallback }) {
  const start: JsonObject = callback.target ? { target: callback.target } : {};
  const [value, setValue] = useState<Json>(start);
  const { can_edit } = useMe();
  const reload = () => queries.invalidateQueries({ queryKey: ["function-callback"] });
  const target = ((value as JsonObject).target as JsonObject | undefined) ?? null;
  const dirty = useCallback(() => JSON.stringify(target) !== JSON.stringify(callback.target), [target, callback.target]);
  // After a refusal what is typed stays, so nothing is loaded again.
  const save = useMutation({
    mutationFn: () => setFunctionCallback(target),
    onSuccess: () => {
      showSuccess(t("function.saved"));
      return reload();
    },
  });
  const forget = useMutation({ mutationFn: forgetFunctionCallback, onSuccess: () => showSuccess(t("function.forgotten")), onSettled: reload });
  const test = useCheck(target, testFunctionCallback);
  const message = useShownError(save.error, fieldOf);
  const problems = save.error instanceof ApiError ? save.error.problems.map((problem) => ({ ...problem, field: fieldOf(problem.field) })) : [];
  return (
    <FormContext value={{ value, root: FUNCTION_SCHEMA, problems, set: (path, next) => setValue((old) => withValue(old, path, next)) }}>
      <Section title={t("function.target")}>
        <Box ref={message} tabIndex={-1}>
          <ErrorNote error={save.error ?? forget.error ?? test.error} />
        </Box>
        <SchemaField path="target" name="target" schema={FUNCTION_SCHEMA.properties!.target!} />
        {can_edit && (
          <Flex gap={2} mt={4} wrap="wrap">
            <Button size="sm" colorPalette="brand" loading={save.isPending} onClick={() => save.mutate()}>
              {t("app.save")}
            </Button>
            <Button size="sm" variant="outline" disabled={!callback.target || dirty()} loading={test.isPending} onClick={test.run}>
              {t("function.test")}
            </Button>
            <Button size="sm" variant="outline" disabled={callback.source !== "store"} loading={forget.isPending} onClick={() => forget.mutate()}>
              {t("function.forget")}
            </Button>
          </Flex>
        )}
        {test.data && <AttemptResult attempt={test.data} />}
      </Section>
      <LeaveDialog dirty={dirty} />
    </FormContext>
  );
}
