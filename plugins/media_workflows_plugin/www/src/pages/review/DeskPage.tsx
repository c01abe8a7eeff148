// The review desk: the player with the findings on its timeline, and decisions by mouse or keyboard.
import { Box, Flex, SimpleGrid, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router-dom";

import { queries } from "../../api/queries";
import { type DeskReview, getReview, type Verdict } from "../../api/reviews";
import { listFiles } from "../../api/runs";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { fileName } from "../../components/preview/FilePreview";
import { Player, playable } from "../../components/preview/Player";
import { Section } from "../../components/Section";
import { TextLink } from "../../components/TextLink";
import { useMe } from "../../hooks/useMe";
import { usePlayback } from "../../hooks/usePlayback";
import { usePolled } from "../../hooks/usePolled";
import { t, textOf } from "../../i18n";
import { paths } from "../../paths";
import { type Command, commandOf, nextOpen, proposal, undecided } from "./desk";
import { DeskButtons } from "./DeskButtons";
import { FindingList } from "./FindingList";
import { FinishDialog } from "./FinishDialog";
import { KeysDialog } from "./KeysDialog";
import { NoteDialog } from "./NoteDialog";
import { ReviewTimeline } from "./ReviewTimeline";
import { decidedText, findingText } from "./text";
import { isDeciding, useDecisions } from "./useDecisions";

type Opened = { what: "keys" | "note" } | { what: "finish"; verdict: Verdict } | null;

function Properties({ review }: { review: DeskReview }) {
  const { decision, suggestion } = review;
  return (
    <Flex gap={3} wrap="wrap" align="center" mt={1}>
      <TextLink to={paths.workflow(review.workflow_id)}>{review.workflow_name}</TextLink>
      <TextLink to={paths.run(review.workflow_id, review.run_id)}>{t("review.the_run")}</TextLink>
      {suggestion && <Text>{t("review.suggested", { verdict: textOf(`suggestion.${suggestion}`, suggestion) })}</Text>}
      <Text role="status">{decision ? decidedText(decision) : t("review.left", { count: undecided(review.findings).length })}</Text>
    </Flex>
  );
}

function Desk({ review, queryKey }: { review: DeskReview; queryKey: unknown[] }) {
  const { workflow_id: workflow, run_id: run, findings } = review;
  const only = useSearchParams()[0].get("workflow") ?? "";
  const me = useMe(workflow);
  const decide = useDecisions(queryKey, { workflow, run }, me.name);
  const files = useQuery({ queryKey: ["files", workflow, run, "desk"], queryFn: () => listFiles(workflow, run), staleTime: Infinity });
  const [player, setPlayer] = useState<HTMLMediaElement | null>(null);
  const playback = usePlayback(player);
  // By its id: steps that end later insert findings, and a key must not decide another one than is shown.
  const [chosen, setChosen] = useState((undecided(findings)[0] ?? findings[0])?.id);
  const current = Math.max(0, findings.findIndex((one) => one.id === chosen));
  const [opened, setOpened] = useState<Opened>(null);
  const desk = useRef<HTMLDivElement>(null);
  const finding = findings[current];
  const left = undecided(findings);
  const isFinal = review.decision !== null && review.decision.answered !== "" && review.questions.length === 0;
  const mayDecide = me.can_edit && !isFinal;

  const seek = (time_s: number) => {
    if (player) player.currentTime = time_s;
  };
  const choose = (at: number) => {
    const finding = findings[at];
    if (!finding) return;
    setChosen(finding.id);
    seek(finding.start_s);
  };
  const close = () => {
    setOpened(null);
    desk.current?.focus({ preventScroll: true });
  };
  const give = (ids: string[], verdict: Verdict) => {
    const next = decide({ ids, verdict });
    const verdictOfRun = proposal(next);
    if (undecided(next).length === 0 && verdictOfRun && left.length > 0) setOpened({ what: "finish", verdict: verdictOfRun });
    else choose(nextOpen(next, current));
  };
  const finish = () => setOpened({ what: "finish", verdict: proposal(findings) ?? "block" });
  const deciding: Partial<Record<Command, () => void>> = {
    pass: () => finding && give([finding.id], "pass"),
    block: () => finding && give([finding.id], "block"),
    note: () => finding && setOpened({ what: "note" }),
    ...(left.length > 0 && { pass_all: () => give(left.map((one) => one.id), "pass") }),
    finish,
    block_run: () => setOpened({ what: "finish", verdict: "block" }),
  };
  const commands: Partial<Record<Command, () => void>> = {
    ...(mayDecide ? deciding : {}),
    next: () => choose(Math.min(findings.length - 1, current + 1)),
    previous: () => choose(Math.max(0, current - 1)),
    play: () => void (player?.paused ? player.play() : player?.pause()),
    keys: () => setOpened({ what: "keys" }),
  };
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const command = commandOf(event);
    const act = command && commands[command];
    // The player has arrow keys of its own; a dialog's events come through its portal.
    if (!act || opened || target.closest("input, textarea, select, [role=dialog]") || (target instanceof HTMLMediaElement && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    act();
  };
  const picture = ({ picture: place }: (typeof findings)[number]) => (place ? `workflows/${encodeURIComponent(workflow)}/runs/${encodeURIComponent(run)}/content/${String(place[1]).split("/").map(encodeURIComponent).join("/")}` : undefined);
  const duration_s = Math.max(playback.duration_s, ...findings.map((one) => one.end_s), 0.001);
  return (
    <Box ref={desk} tabIndex={-1} outline="none" onKeyDown={pressed} data-testid="desk">
      <PageHead title={review.source ? fileName(review.source.key) : run} hint={<Properties review={review} />} />
      <DeskButtons commands={commands} hasFindings={findings.length > 0} reason={me.can_edit ? (isFinal ? t("review.final") : "") : t("review.no_permission")} />
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={4}>
        <Section title={t("review.video")}>
          <Loaded of={files}>{({ items }) => <Player files={playable(items)} media={setPlayer} />}</Loaded>
          <ReviewTimeline findings={findings} duration_s={duration_s} time_s={playback.time_s} current={current} choose={choose} seek={seek} />
        </Section>
        <Section title={t("findings.title")}>
          <FindingList findings={findings} suggestion={review.suggestion} current={current} picture={picture} choose={choose} />
        </Section>
      </SimpleGrid>
      {opened?.what === "keys" && <KeysDialog close={close} />}
      {opened?.what === "note" && finding && (
        <NoteDialog
          title={findingText(finding)}
          start={finding.decision?.note}
          confirm={t("app.save")}
          focus="note"
          save={(note) => {
            decide({ ids: [finding.id], note });
            close();
          }}
          close={close}
        />
      )}
      {opened?.what === "finish" && <FinishDialog review={review} only={only} verdict={opened.verdict} close={close} />}
    </Box>
  );
}

function DeskOf({ workflow, run }: { workflow: string; run: string }) {
  const queryKey = ["reviews", "one", workflow, run];
  const review = usePolled(queryKey, async () => {
    const found = await getReview({ workflow, run });
    return isDeciding(queryKey) ? (queries.getQueryData<DeskReview>(queryKey) ?? found) : found;
  });
  return <Loaded of={review}>{(data) => <Desk review={data} queryKey={queryKey} />}</Loaded>;
}

export function DeskPage() {
  const { workflow = "", run = "" } = useParams();
  return <DeskOf key={`${workflow}/${run}`} workflow={workflow} run={run} />; // keys must not reach the run before
}
