// Sets, tests and removes the function callback.
import { Box, Button, Flex, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";

import { ApiError } from "../../api/client";
import { forgetFunctionCallback, type FunctionCallback, getFunctionCallback, setFunctionCallback, testFunctionCallback } from "../../api/events";
import { queries } from "../../api/queries";
import type { Json, JsonObject } from "../../api/types";
import { AttemptResult } from "../../components/AttemptResult";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { ErrorNote } from "../../components/ErrorNote";
import { SchemaField } from "../../components/fields/SchemaField";
import { LeaveDialog } from "../../components/LeaveDialog";
import { OutdatedNote } from "../../components/OutdatedNote";
import { Section } from "../../components/Section";
import { FormContext } from "../../definition/FormContext";
import { withValue } from "../../definition/path";
import { showSuccess } from "../../hooks/messages";
import { useCheck } from "../../hooks/useCheck";
import { useMe } from "../../hooks/useMe";
import { useShownError } from "../../hooks/useShownError";
import { t } from "../../i18n";
import { ConflictDialog } from "../form/ConflictDialog";
import { isConflict } from "../form/targets";
import { FUNCTION_SCHEMA } from "./functionSchema";

const fieldOf = (field: string) => `target.${field.replace(/^(notification|target)\.?/, "")}`;

export function FunctionCallbackForm({ callback }: { callback: FunctionCallback }) {
  const start: JsonObject = callback.target ? { target: callback.target } : {};
  const [value, setValue] = useState<Json>(start);
  const version = useRef(callback.version); // that the edit started from
  const [theirs, setTheirs] = useState<FunctionCallback | null>(null); // saved by another editor meanwhile
  const { can_edit_all } = useMe();
  const refusal = can_edit_all ? undefined : t("function.forbidden");
  const reload = () => queries.invalidateQueries({ queryKey: ["function-callback"] });
  const target = ((value as JsonObject).target as JsonObject | undefined) ?? null;
  const dirty = useCallback(() => JSON.stringify(target) !== JSON.stringify(callback.target), [target, callback.target]);
  // After a refusal what is typed stays, so nothing is loaded again.
  const save = useMutation({
    mutationFn: () => setFunctionCallback(version.current, target),
    onSuccess: () => {
      showSuccess(t("function.saved"));
      return reload();
    },
    onError: async (error) => {
      if (isConflict(error)) setTheirs(await getFunctionCallback());
    },
  });
  const keep = (latest: FunctionCallback) => {
    version.current = latest.version;
    setTheirs(null);
    save.mutate();
  };
  const [forgets, setForgets] = useState(false);
  const forget = async () => {
    await forgetFunctionCallback(callback.version);
    showSuccess(t("function.forgotten"));
    await reload();
  };
  const test = useCheck(target, testFunctionCallback);
  const message = useShownError(save.error, fieldOf);
  const problems = save.error instanceof ApiError ? save.error.problems.map((problem) => ({ ...problem, field: fieldOf(problem.field) })) : [];
  return (
    <FormContext value={{ value, root: FUNCTION_SCHEMA, problems, set: (path, next) => setValue((old) => withValue(old, path, next)) }}>
      <Section title={t("function.target")}>
        <Box ref={message} tabIndex={-1}>
          <ErrorNote error={save.error ?? test.error} />
        </Box>
        <SchemaField path="target" name="target" schema={FUNCTION_SCHEMA.properties!.target!} />
        <Flex gap={2} mt={4} wrap="wrap" align="center">
          <Button size="sm" colorPalette="brand" disabled={!can_edit_all} title={refusal} loading={save.isPending} onClick={() => save.mutate()}>
            {t("app.save")}
          </Button>
          <Button size="sm" variant="outline" disabled={!can_edit_all || !callback.target || dirty()} title={refusal} loading={test.isPending} onClick={test.run}>
            {t("function.test")}
          </Button>
          <Button size="sm" variant="outline" disabled={!can_edit_all || callback.source !== "store"} title={refusal} onClick={() => setForgets(true)}>
            {t("function.forget")}
          </Button>
          {refusal && <Text color="fg.muted">{refusal}</Text>}
        </Flex>
        <OutdatedNote check={test} />
        {test.data && <AttemptResult attempt={test.data} />}
      </Section>
      {forgets && <ConfirmDialog title={t("function.forget_title")} text={t("function.forget_text")} confirm={t("function.forget")} act={forget} close={() => setForgets(false)} />}
      {theirs && <ConflictDialog theirs={theirs.target ?? {}} mine={target ?? {}} reload={() => queries.setQueryData(["function-callback"], theirs)} keep={() => keep(theirs)} close={() => setTheirs(null)} />}
      <LeaveDialog dirty={dirty} />
    </FormContext>
  );
}
