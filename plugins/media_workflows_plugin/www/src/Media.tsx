// What Airflow shows: the pages, or the tab on the page of a DAG or a run.
import { App } from "./App";
import { lazyPage } from "./components/lazyPage";

const RunTab = lazyPage(async () => (await import("./pages/run/RunTab")).RunTab);
const WorkflowTab = lazyPage(async () => (await import("./pages/workflow/WorkflowTab")).WorkflowTab);

interface Place {
  dagId?: string;
  runId?: string;
}

export function Media(place: Place) {
  if (place.runId) return <RunTab {...place} />;
  return place.dagId ? <WorkflowTab dagId={place.dagId} /> : <App />;
}
