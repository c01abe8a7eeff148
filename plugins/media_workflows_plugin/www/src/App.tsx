// The pages and their addresses, below /plugin/media-workflows.
import { Route, Routes } from "react-router-dom";

import { Frame } from "./components/Frame";
import { Navigation } from "./components/Navigation";
import { EditWorkflowPage, NewWorkflowPage } from "./pages/form/FormPage";
import { WorkflowsPage } from "./pages/workflows/WorkflowsPage";

export function App() {
  return (
    <Frame>
      <Navigation />
      <Routes>
        <Route index element={<WorkflowsPage />} />
        <Route path="new" element={<NewWorkflowPage />} />
        <Route path="workflows/:id/edit" element={<EditWorkflowPage />} />
      </Routes>
    </Frame>
  );
}
