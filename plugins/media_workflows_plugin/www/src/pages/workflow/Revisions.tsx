// The revisions of a workflow, and what changed between two of them.
import { Box, Flex, NativeSelect, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Workflow } from "../../api/types";
import { listRevisions, type Revision } from "../../api/workflows";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { RevisionDiff } from "../../components/RevisionDiff";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { paths } from "../../paths";

interface PickProps {
  label: string;
  value: number;
  revisions: Revision[];
  pick: (number: number) => void;
}

function Pick({ label, value, revisions, pick }: PickProps) {
  return (
    <NativeSelect.Root size="sm" width="auto" maxW="100%">
      <NativeSelect.Field aria-label={label} value={value} onChange={(event) => pick(Number(event.target.value))}>
        {revisions.map((revision) => (
          <option key={revision.number} value={revision.number}>
            {t("revisions.one", { number: revision.number, author: revision.author, time: formatTime(revision.created_at) })}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}

function Compare({ workflow, revisions }: { workflow: string; revisions: Revision[] }) {
  const newest = revisions[0]!.number;
  const [to, setTo] = useState(newest);
  const [from, setFrom] = useState(revisions[1]?.number ?? newest);
  return (
    <Box>
      <Flex gap={2} mb={3} wrap="wrap" align="center">
        <Pick label={t("revisions.from")} value={from} revisions={revisions} pick={setFrom} />
        <Text aria-hidden>→</Text>
        <Pick label={t("revisions.to")} value={to} revisions={revisions} pick={setTo} />
        {from !== to && (
          <LinkButton size="sm" variant="outline" to={paths.compareRevisions(workflow, from, to)}>
            {t("compare.revisions")}
          </LinkButton>
        )}
      </Flex>
      <RevisionDiff from={{ workflow, revision: from }} to={{ workflow, revision: to }} />
    </Box>
  );
}

export function Revisions({ workflow }: { workflow: Workflow }) {
  const revisions = useQuery({ queryKey: ["workflows", "revisions", workflow.id, workflow.revision], queryFn: () => listRevisions(workflow.id) });
  return <Loaded of={revisions}>{(list) => (list.length > 0 ? <Compare workflow={workflow.id} revisions={list} /> : null)}</Loaded>;
}
