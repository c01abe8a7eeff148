// Engines, models and encoders that are not installed, with the setting to change.
import { Alert, List, Text } from "@chakra-ui/react";

import type { Unavailable } from "../api/definition";
import { subTaskLabel } from "../definition/labels";
import { t } from "../i18n";
import { messageText } from "../i18n/errors";

interface Props {
  of: Unavailable[];
  isField?: boolean; // beside the item that requires it
}

export function UnavailableNote({ of, isField = false }: Props) {
  if (of.length === 0) return null;
  const fails = of.some((one) => one.fails);
  return (
    <Alert.Root status={fails ? "error" : "warning"} variant="surface" role="status" mb={3}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{t(fails ? "unavailable.fails" : "unavailable.may_fail")}</Alert.Title>
        <List.Root ps={4}>
          {of.map((one, at) => (
            <List.Item key={at} overflowWrap="anywhere">
              {!isField && one.field && (
                <Text as="span" fontFamily="mono">
                  {one.field}:{" "}
                </Text>
              )}
              {one.affected.length > 0 && `${one.affected.map(subTaskLabel).join(t("list.separator"))}: `}
              {messageText(one.message, one)}
            </List.Item>
          ))}
        </List.Root>
      </Alert.Content>
    </Alert.Root>
  );
}
