// The entry point that Airflow loads. It finds the component by the name under which the plugin registers its pages: one
// for all of them, as the name is also their label.
import { App } from "./App";
import { RunTab } from "./pages/run/RunTab";
import { WorkflowTab } from "./pages/workflow/WorkflowTab";

interface Place {
  dagId?: string;
  runId?: string;
}

function Media(place: Place) {
  if (place.runId) return <RunTab {...place} />;
  return place.dagId ? <WorkflowTab dagId={place.dagId} /> : <App />;
}

Object.assign(globalThis, { Media });
