// Checks the permissions to list, write, read and delete in the input and output directories.
import { Box, Button, List, Text } from "@chakra-ui/react";

import { checkAccess } from "../../api/definition";
import { ErrorNote } from "../../components/ErrorNote";
import { OutdatedNote } from "../../components/OutdatedNote";
import { useForm } from "../../definition/FormContext";
import { valueAt } from "../../definition/path";
import { useCheck } from "../../hooks/useCheck";
import { t } from "../../i18n";
import { messageText } from "../../i18n/errors";

interface Place {
  bucket: string;
  directory: string | null;
}

// An error of one place does not hide the answer for the other.
async function tried(place: Place) {
  try {
    return { place, steps: (await checkAccess(place.bucket, place.directory)).steps, error: null };
  } catch (error) {
    return { place, steps: [], error: error as Error };
  }
}

export function CheckAccess() {
  const { value } = useForm();
  const text = (path: string) => (valueAt(value, path) as string | undefined) || null;
  const input = { bucket: text("trigger.bucket") ?? "", directory: text("trigger.directory") };
  const output = { bucket: text("output.bucket") ?? input.bucket, directory: text("output.directory") ?? input.directory };
  const places: Place[] = input.bucket === output.bucket && input.directory === output.directory ? [input] : [input, output];
  const check = useCheck(places, (all) => Promise.all(all.map(tried)));
  return (
    <Box>
      <Button size="sm" variant="outline" disabled={!input.bucket} loading={check.isPending} onClick={check.run}>
        {t("access.check")}
      </Button>
      <OutdatedNote check={check} />
      <Box role="status" mt={2}>
        {check.data?.map(({ place, steps, error }) => (
          <Box key={`${place.bucket}/${place.directory}`} mb={2}>
            <Text fontSize="sm" fontWeight="semibold" overflowWrap="anywhere">
              {place.bucket}/{place.directory}
            </Text>
            <ErrorNote error={error} />
            <List.Root variant="plain" fontSize="sm">
              {steps.map((step) => (
                <List.Item key={step.step} color={step.ok ? "green.fg" : "red.fg"}>
                  {step.ok ? "✓" : "✗"} {t(`access.${step.step}`)} {step.message && `– ${messageText(step.message, step)}`}
                </List.Item>
              ))}
            </List.Root>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
