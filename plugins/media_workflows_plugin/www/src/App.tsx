// The pages and their addresses, below /plugin/media-workflows.
import { Route, Routes } from "react-router-dom";

import { Frame } from "./components/Frame";
import { Navigation } from "./components/Navigation";
import { PageHead } from "./components/PageHead";
import { useSettledInHost } from "./hooks/useSettledInHost";
import { t } from "./i18n";
import { BackfillPage } from "./pages/backfills/BackfillPage";
import { BackfillsPage } from "./pages/backfills/BackfillsPage";
import { DeliveriesPage } from "./pages/events/DeliveriesPage";
import { FunctionCallbackPage } from "./pages/events/FunctionCallbackPage";
import { EditWorkflowPage, NewWorkflowPage } from "./pages/form/FormPage";
import { PersonsPage } from "./pages/persons/PersonsPage";
import { ProcessPages } from "./pages/process/ProcessPages";
import { RunPage } from "./pages/run/RunPage";
import { RunsPage } from "./pages/runs/RunsPage";
import { NewTemplatePage } from "./pages/templates/NewTemplatePage";
import { TemplatePage } from "./pages/templates/TemplatePage";
import { TemplatesPage } from "./pages/templates/TemplatesPage";
import { WordsPage } from "./pages/words/WordsPage";
import { WorkflowPage } from "./pages/workflow/WorkflowPage";
import { WorkflowsPage } from "./pages/workflows/WorkflowsPage";

export function App() {
  if (!useSettledInHost()) return null;
  return (
    <Frame>
      <Navigation />
      <Routes>
        <Route index element={<WorkflowsPage />} />
        <Route path="new" element={<NewWorkflowPage />} />
        <Route path="workflows/:id" element={<WorkflowPage />} />
        <Route path="workflows/:id/edit" element={<EditWorkflowPage />} />
        <Route path="runs" element={<RunsPage />} />
        <Route path="runs/:workflow/:run" element={<RunPage />} />
        <Route path="backfills" element={<BackfillsPage />} />
        <Route path="backfills/:id" element={<BackfillPage />} />
        <Route path="process/*" element={<ProcessPages />} />
        <Route path="templates" element={<TemplatesPage />} />
        <Route path="templates/:kind/new" element={<NewTemplatePage />} />
        <Route path="templates/:kind/:id" element={<TemplatePage />} />
        <Route path="words" element={<WordsPage />} />
        <Route path="persons" element={<PersonsPage />} />
        <Route path="deliveries" element={<DeliveriesPage />} />
        <Route path="function-callback" element={<FunctionCallbackPage />} />
        <Route path="*" element={<PageHead title={t("app.unknown_page")} />} />
      </Routes>
    </Frame>
  );
}
