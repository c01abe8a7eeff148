// Checks the permissions to list, write, read and delete in the input and output directories.
import { Box, Button, List, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { checkAccess } from "../../api/definition";
import { ErrorNote } from "../../components/ErrorNote";
import { useForm } from "../../definition/FormContext";
import { valueAt } from "../../definition/path";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";

export function CheckAccess() {
  const { value } = useForm();
  const text = (path: string) => (valueAt(value, path) as string | undefined) || null;
  const input = { bucket: text("trigger.bucket") ?? "", directory: text("trigger.directory") };
  const output = { bucket: text("output.bucket") ?? input.bucket, directory: text("output.directory") ?? input.directory };
  const places = input.bucket === output.bucket && input.directory === output.directory ? [input] : [input, output];
  const check = useMutation({ mutationFn: () => Promise.all(places.map(async (place) => ({ place, ...(await checkAccess(place.bucket, place.directory)) }))) });
  return (
    <Box>
      <Button size="sm" variant="outline" disabled={!input.bucket} loading={check.isPending} onClick={() => check.mutate()}>
        {t("access.check")}
      </Button>
      <Box role="status" mt={2}>
        <ErrorNote error={check.error} />
        {check.data?.map(({ place, steps }) => (
          <Box key={`${place.bucket}/${place.directory}`} mb={2}>
            <Text fontSize="sm" fontWeight="semibold" overflowWrap="anywhere">
              {place.bucket}/{place.directory}
            </Text>
            <List.Root variant="plain" fontSize="sm">
              {steps.map((step) => (
                <List.Item key={step.step} color={step.ok ? "green.fg" : "red.fg"}>
                  {step.ok ? "✓" : "✗"} {t(`access.${step.step}`)} {step.message && `– ${messageText(step.message)}`}
                </List.Item>
              ))}
            </List.Root>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
