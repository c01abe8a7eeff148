// A button for each kind of job that can be added.
import { Box, Button, Flex, Text } from "@chakra-ui/react";
import { LuPlus } from "react-icons/lu";

import { fieldId } from "../../components/fields/FieldFrame";
import { kindLabel } from "../../definition/labels";

interface Props {
  path: string;
  label: string;
  kinds: string[];
  add: (kind: string) => Promise<void>;
}

export function AddButtons({ path, label, kinds, add }: Props) {
  return (
    <Box mt={3} role="group" aria-label={label}>
      <Text fontSize="sm" fontWeight="medium" mb={1}>
        {label}
      </Text>
      <Flex gap={2} wrap="wrap" id={fieldId(path)} tabIndex={-1}>
        {kinds.map((kind) => (
          <Button key={kind} size="xs" variant="outline" onClick={() => void add(kind)}>
            <LuPlus aria-hidden /> {kindLabel(kind)}
          </Button>
        ))}
      </Flex>
    </Box>
  );
}
