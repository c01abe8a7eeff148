// The first page: what needs attention, what waits and runs, why runs failed, what was processed, whether all works.
import { getHome, type Home } from "../../api/home";
import { WaitingApprovals } from "../../components/approvals/WaitingApprovals";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { StarterButton } from "../../components/StarterButton";
import { usePolled } from "../../hooks/usePolled";
import { t } from "../../i18n";
import { EmptyState } from "../workflows/EmptyState";
import { ActivitySection } from "./ActivitySection";
import { Attention } from "./Attention";
import { DeadSection } from "./DeadSection";
import { FailuresSection } from "./FailuresSection";
import { HealthSection } from "./HealthSection";
import { Numbers } from "./Numbers";
import { RunningSection } from "./RunningSection";

const isBusy = ({ unfinished }: Home) => unfinished.queued + unfinished.running > 0;

export function HomePage() {
  const home = usePolled(["home"], getHome, isBusy);
  return (
    <>
      <PageHead title={t("nav.home")}>{(home.data?.workflows ?? 0) > 0 && <StarterButton />}</PageHead>
      <Loaded of={home}>
        {(data) => (
          <>
            {data.workflows === 0 && <EmptyState />}
            <Attention home={data} />
            {data.workflows > 0 && <Numbers home={data} />}
            <WaitingApprovals />
            <FailuresSection failures={data.failures} />
            <DeadSection dead={data.dead} />
            <RunningSection runs={data.running} total={data.unfinished.running} />
            <ActivitySection workflows={data.activity.workflows} />
            <HealthSection health={data.health} />
          </>
        )}
      </Loaded>
    </>
  );
}
