// Two runs side by side. Their places are in the address: ?left=…&right=…, or ?workflow=…&from=…&to=… for two revisions.
import { Flex, Text } from "@chakra-ui/react";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router-dom";

import { type ComparedPair, type ComparedRun, type Comparison, compareRuns, revisionRuns, type Side } from "../../api/comparison";
import { listFiles, type RunFile } from "../../api/runs";
import { type Column, DataTable } from "../../components/DataTable";
import { ErrorNote } from "../../components/ErrorNote";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { fileName } from "../../components/preview/FilePreview";
import { playable } from "../../components/preview/Player";
import { RevisionDiff } from "../../components/RevisionDiff";
import { Section } from "../../components/Section";
import { StateBadge } from "../../components/StateBadge";
import { TextLink } from "../../components/TextLink";
import { t } from "../../i18n";
import { formatBytes, formatSeconds } from "../../i18n/format";
import { paths } from "../../paths";
import { Pair } from "./Items";
import { SidePicker } from "./SidePicker";
import { sideOf, sideText } from "./sides";
import { TwoPlayers } from "./TwoPlayers";

const columns = (): Column<ComparedRun & { label: string }>[] => [
  { key: "side", label: t("compare.side"), cell: ({ label }) => <>{label}</> },
  { key: "workflow", label: t("runs.workflow"), cell: (run) => <TextLink to={paths.workflow(run.workflow_id)}>{run.workflow_name}</TextLink> },
  { key: "revision", label: t("runs.revision"), align: "end", cell: (run) => <>{run.revision}</> },
  { key: "run", label: t("deliveries.run"), cell: (run) => <TextLink to={paths.run(run.workflow_id, run.run_id)}>{run.source ? fileName(run.source.key) : run.run_id}</TextLink> },
  { key: "state", label: t("runs.state"), cell: (run) => <StateBadge state={run.state} /> },
  { key: "bytes", label: t("figure.size"), align: "end", cell: (run) => <>{formatBytes(run.bytes)}</> },
  { key: "took", label: t("runs.took"), align: "end", cell: (run) => <>{formatSeconds(run.seconds)}</> },
  { key: "work", label: t("compare.work"), align: "end", cell: (run) => <>{formatSeconds(run.work_seconds)}</> },
];

const useFiles = ({ workflow_id, run_id }: ComparedRun) =>
  useQuery({ queryKey: ["files", workflow_id, run_id, "compare"], queryFn: () => listFiles(workflow_id, run_id), staleTime: Infinity }).data?.items ?? [];

const filesOf = (files: RunFile[], item: ComparedPair["left"]) => files.filter((file) => item && file.of === "output" && file.step_id === item.step_id && file.item === item.item);

function Content({ of: { left, right, same_source, items } }: { of: Comparison }) {
  const [played, setPlayed] = useState<number | null>(null);
  const [ours, theirs] = [useFiles(left), useFiles(right)];
  const sides = (pair: ComparedPair) => [filesOf(ours, pair.left), filesOf(theirs, pair.right)] as const;
  return (
    <>
      <Section title={t("compare.runs")}>
        <DataTable label={t("compare.runs")} columns={columns()} rows={[{ ...left, label: t("compare.left") }, { ...right, label: t("compare.right") }]} rowKey={({ label }) => label} />
        {same_source === false && <Text mt={2}>{t("compare.other_source")}</Text>}
      </Section>
      <Section title={t("compare.outputs")}>
        {items.length === 0 && <Text color="fg.muted">{t("compare.no_outputs")}</Text>}
        {items.map((pair, at) => {
          const [one, other] = sides(pair);
          const canPlay = playable(one).length > 0 && playable(other).length > 0;
          return (
            <div key={at}>
              <Pair pair={pair} play={canPlay ? () => setPlayed(played === at ? null : at) : undefined} />
              {played === at && <TwoPlayers left={one} right={other} />}
            </div>
          );
        })}
      </Section>
      {left.revision !== null && right.revision !== null && (
        <Section title={t("compare.settings")}>
          <RevisionDiff from={{ workflow: left.workflow_id, revision: left.revision }} to={{ workflow: right.workflow_id, revision: right.revision }} />
        </Section>
      )}
    </>
  );
}

// Of two revisions, the runs to compare are found first.
function useRevisionRuns(params: URLSearchParams, set: (sides: Record<string, string>) => void) {
  const [workflow, from, to] = ["workflow", "from", "to"].map((name) => params.get(name) ?? "") as [string, string, string];
  const isAsked = workflow !== "" && from !== "" && to !== "";
  const found = useQuery({ queryKey: ["runs", "revisions", workflow, from, to], queryFn: isAsked ? () => revisionRuns(workflow, Number(from), Number(to)) : skipToken });
  const runs = found.data;
  useEffect(() => {
    if (runs?.left && runs.right) set({ left: sideText({ workflow, run: runs.left }), right: sideText({ workflow, run: runs.right }) });
  });
  const missing = runs && isAsked ? [[runs.left, from] as const, [runs.right, to] as const].filter(([run]) => !run).map(([, number]) => number) : [];
  return { workflow, from: Number(from), to: Number(to), missing, error: found.error };
}

export function ComparePage() {
  const [params, setParams] = useSearchParams();
  const [left, right] = [sideOf(params.get("left")), sideOf(params.get("right"))];
  const set = (sides: Record<string, string>) => setParams(sides, { replace: true });
  const revisions = useRevisionRuns(params, set);
  const pick = (name: "left" | "right") => (side: Side | undefined) =>
    setParams((old) => {
      side ? old.set(name, sideText(side)) : old.delete(name);
      return old;
    });
  const comparison = useQuery({ queryKey: ["runs", "comparison", left, right], queryFn: left && right ? () => compareRuns(left, right) : skipToken });
  return (
    <>
      <PageHead title={t("compare.title")} />
      <ErrorNote error={revisions.error} />
      {revisions.missing.length > 0 && (
        <Section title={t("compare.settings")}>
          <Text mb={2}>{t("compare.no_runs", { numbers: revisions.missing.join(", ") })}</Text>
          <RevisionDiff from={{ workflow: revisions.workflow, revision: revisions.from }} to={{ workflow: revisions.workflow, revision: revisions.to }} />
        </Section>
      )}
      <Flex gap={4} wrap="wrap" mb={4}>
        <SidePicker label={t("compare.left")} value={left} start={right?.workflow ?? revisions.workflow} pick={pick("left")} />
        <SidePicker label={t("compare.right")} value={right} start={left?.workflow ?? revisions.workflow} pick={pick("right")} />
      </Flex>
      {left && right && <Loaded of={comparison}>{(data) => <Content key={`${sideText(left)} ${sideText(right)}`} of={data} />}</Loaded>}
    </>
  );
}
