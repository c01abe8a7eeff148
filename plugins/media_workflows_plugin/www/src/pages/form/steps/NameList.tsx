// The variables that fit what is typed, below the field that is typed in. The field keeps the focus.
import { Box, Flex, Text, VisuallyHidden } from "@chakra-ui/react";
import { useEffect, useRef } from "react";

import type { ConditionName } from "../../../definition/conditionNames";
import { t } from "../../../i18n";

interface Props {
  id: string;
  names: ConditionName[];
  active: number;
  take: (name: string) => void;
}

export function NameList({ id, names, active, take }: Props) {
  const chosen = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0) chosen.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <>
      <VisuallyHidden role="status">{names.length > 0 && t("condition.suggestions", { count: names.length })}</VisuallyHidden>
      {names.length > 0 && (
        <Box id={id} role="listbox" aria-label={t("condition.variables")} position="absolute" zIndex={2} w="100%" maxH="14rem" overflowY="auto" bg="bg" borderWidth={1} borderRadius="md" boxShadow="md">
          {names.map(({ name, meaning }, at) => (
            <Flex
              key={name}
              ref={at === active ? chosen : undefined}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === active}
              gap={3}
              px={2}
              py={1}
              cursor="pointer"
              bg={at === active ? "brand.subtle" : undefined}
              onMouseDown={(event) => {
                event.preventDefault(); // the field keeps the focus
                take(name);
              }}
            >
              <Text fontFamily="mono" fontSize="sm" flexShrink={0}>
                {name}
              </Text>
              <Text fontSize="sm" color="fg.muted" lineClamp={1}>
                {meaning}
              </Text>
            </Flex>
          ))}
        </Box>
      )}
    </>
  );
}
