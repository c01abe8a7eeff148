// The page of one run.
import { useParams } from "react-router-dom";

import { RunView } from "./RunView";

export function RunPage() {
  const { workflow = "", run = "" } = useParams();
  return <RunView key={`${workflow}/${run}`} workflow={workflow} run={run} />;
}
