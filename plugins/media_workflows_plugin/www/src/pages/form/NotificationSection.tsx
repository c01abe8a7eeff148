// The event target; none by default. The function callback applies to all workflows and has its own page.
import { Alert, Box, Button, Flex, NativeSelect, Text } from "@chakra-ui/react";

import { testNotification } from "../../api/definition";
import type { JsonObject } from "../../api/types";
import { AttemptResult } from "../../components/AttemptResult";
import { ErrorNote } from "../../components/ErrorNote";
import { FieldFrame } from "../../components/fields/FieldFrame";
import { ObjectFields } from "../../components/fields/ObjectFields";
import { NumberField } from "../../components/fields/NumberField";
import { OutdatedNote } from "../../components/OutdatedNote";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { useField, useForm } from "../../definition/FormContext";
import { choiceLabel } from "../../definition/labels";
import { resolved, startOf, variantsOf } from "../../definition/schema";
import { useCheck } from "../../hooks/useCheck";
import { t } from "../../i18n";
import { paths } from "../../paths";

export function NotificationSection({ title = t("form.notification") }: { title?: string }) {
  const { root } = useForm();
  const { value, set, problem } = useField("notification");
  const target = (value ?? null) as JsonObject | null;
  const variants = variantsOf(resolved(root.properties?.notification ?? {}, root), root);
  const chosen = variants.find((variant) => variant.name === target?.type);
  const choose = (name: string) => {
    const next = variants.find((variant) => variant.name === name);
    set(next && startOf("type", next));
  };
  const test = useCheck(target, (tried) => testNotification(tried!));
  return (
    <Section title={title}>
      <Box maxW="24rem" mb={3}>
        <FieldFrame path="notification" label={t("form.notify")} problem={problem}>
          <NativeSelect.Root size="sm">
            <NativeSelect.Field value={chosen?.name ?? ""} onChange={(event) => choose(event.target.value)}>
              <option value="">{t("form.notify_none")}</option>
              {variants.map(({ name }) => (
                <option key={name} value={name}>
                  {choiceLabel("notification", name)}
                </option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </FieldFrame>
      </Box>
      {chosen && (
        <>
          <ObjectFields path="notification" schema={chosen.schema} without={["type"]} />
          <Flex mt={3} mb={2}>
            <Button size="sm" variant="outline" loading={test.isPending} onClick={test.run}>
              {t("form.test_notification")}
            </Button>
          </Flex>
          <OutdatedNote check={test} />
          <ErrorNote error={test.error} />
          {test.data && <AttemptResult attempt={test.data} />}
        </>
      )}
      <Alert.Root status="info" variant="subtle" my={4} size="sm">
        <Alert.Indicator />
        <Text fontSize="sm">
          {t("form.function_note")} <TextLink to={paths.functionCallback}>{t("nav.function_callback")}</TextLink>
        </Text>
      </Alert.Root>
      <Box maxW="16rem">
        <NumberField path="priority" name="priority" schema={root.properties?.priority ?? {}} />
      </Box>
    </Section>
  );
}
