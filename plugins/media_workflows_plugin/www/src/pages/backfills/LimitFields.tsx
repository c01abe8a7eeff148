// How fast a backfill, or a request, starts runs.
import { SimpleGrid } from "@chakra-ui/react";

import { NumberField } from "../../components/fields/NumberField";

const MAX_AT_ONCE = { type: "integer", minimum: 1, maximum: 1000 };
const PER_MINUTE = { type: "integer", minimum: 1, maximum: 6000 };

export function LimitFields({ atOnce = 2 }: { atOnce?: number }) {
  return (
    <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
      <NumberField path="limits.max_at_once" name="max_at_once" schema={{ ...MAX_AT_ONCE, default: atOnce }} />
      <NumberField path="limits.per_minute" name="per_minute" schema={PER_MINUTE} />
    </SimpleGrid>
  );
}
