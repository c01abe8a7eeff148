// How fast a backfill starts runs.
import { SimpleGrid } from "@chakra-ui/react";

import { NumberField } from "../../components/fields/NumberField";

const MAX_AT_ONCE = { type: "integer", minimum: 1, maximum: 1000, default: 2 };
const PER_MINUTE = { type: "integer", minimum: 1, maximum: 6000 };

export function LimitFields() {
  return (
    <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
      <NumberField path="limits.max_at_once" name="max_at_once" schema={MAX_AT_ONCE} />
      <NumberField path="limits.per_minute" name="per_minute" schema={PER_MINUTE} />
    </SimpleGrid>
  );
}
