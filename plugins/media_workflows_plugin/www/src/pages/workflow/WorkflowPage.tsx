// One workflow: definition, runs, upload decisions, revisions, and a file upload.
import { Flex, Tabs, Text } from "@chakra-ui/react";
import { useNavigate, useParams, useSearchParams } from "react-router-dom";

import type { Workflow } from "../../api/types";
import { getWorkflow } from "../../api/workflows";
import { Deliveries } from "../../components/Deliveries";
import { EnabledSwitch } from "../../components/EnabledSwitch";
import { Loaded } from "../../components/Loaded";
import { RunList } from "../../components/runs/RunList";
import { PageHead } from "../../components/PageHead";
import { TextLink } from "../../components/TextLink";
import { UnavailableNote } from "../../components/UnavailableNote";
import { WorkflowActions } from "../../components/WorkflowActions";
import { usePolled } from "../../hooks/usePolled";
import { type Key, t } from "../../i18n";
import { paths } from "../../paths";
import { BackfillsTab } from "../backfills/BackfillsTab";
import { MissedTab } from "../backfills/MissedTab";
import { DeadDeliveries } from "./DeadDeliveries";
import { DraftNote } from "./DraftNote";
import { Overview } from "./Overview";
import { Revisions } from "./Revisions";
import { UploadsTab } from "./UploadsTab";

const TABS = ["overview", "runs", "uploads", "missed", "backfills", "revisions", "deliveries"] as const;
type Tab = (typeof TABS)[number];

function Content({ tab, workflow }: { tab: Tab; workflow: Workflow }) {
  switch (tab) {
    case "overview":
      return <Overview workflow={workflow} />;
    case "runs":
      return <RunList workflow={workflow.id} label={t("workflow.runs")} />;
    case "uploads":
      return <UploadsTab workflow={workflow.id} />;
    case "missed":
      return <MissedTab workflow={workflow} />;
    case "backfills":
      return <BackfillsTab workflow={workflow} />;
    case "revisions":
      return <Revisions workflow={workflow} />;
    case "deliveries":
      return (
        <>
          <DeadDeliveries workflow={workflow.id} />
          <Deliveries workflow={workflow.id} />
        </>
      );
  }
}

export function WorkflowPage() {
  const { id = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const workflow = usePolled(["workflows", "one", id], () => getWorkflow(id));
  const asked = params.get("tab") as Tab;
  const tab = TABS.includes(asked) ? asked : "overview";
  return (
    <Loaded of={workflow}>
      {(data) => (
        <>
          <PageHead title={data.definition.name} hint={<Hint workflow={data} />}>
            <EnabledSwitch workflow={data} onItsPage />
            <WorkflowActions workflow={data} onItsPage afterDelete={() => void navigate(paths.workflows)} />
          </PageHead>
          <UnavailableNote of={data.unavailable} />
          <DraftNote workflow={data} />
          <Tabs.Root value={tab} onValueChange={({ value }) => setParams(value === "overview" ? {} : { tab: value })} variant="line" lazyMount unmountOnExit>
            <Tabs.List overflowX="auto" maxW="100%" mb={3}>
              {TABS.map((name) => (
                <Tabs.Trigger key={name} value={name} flexShrink={0}>
                  {t(`workflow.${name}` as Key)}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            {TABS.map((name) => (
              <Tabs.Content key={name} value={name} p={0}>
                <Content tab={name} workflow={data} />
              </Tabs.Content>
            ))}
          </Tabs.Root>
        </>
      )}
    </Loaded>
  );
}

function Hint({ workflow }: { workflow: Workflow }) {
  return (
    <Flex gap={3} wrap="wrap">
      <Text>{t("workflow.revision", { number: workflow.revision })}</Text>
      <TextLink to={paths.airflowDag(workflow.id)}>{t("workflow.dag", { id: workflow.id })}</TextLink>
    </Flex>
  );
}
