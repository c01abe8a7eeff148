// The pages and their addresses, below /plugin/media-workflows. Each page is fetched when it is first opened.
import { Route, Routes } from "react-router-dom";

import { Frame } from "./components/Frame";
import { Navigation } from "./components/Navigation";
import { PageHead } from "./components/PageHead";
import { lazyPage } from "./components/lazyPage";
import { useSettledInHost } from "./hooks/useSettledInHost";
import { t } from "./i18n";

const BackfillPage = lazyPage(async () => (await import("./pages/backfills/BackfillPage")).BackfillPage);
const BackfillsPage = lazyPage(async () => (await import("./pages/backfills/BackfillsPage")).BackfillsPage);
const DeliveriesPage = lazyPage(async () => (await import("./pages/events/DeliveriesPage")).DeliveriesPage);
const FunctionCallbackPage = lazyPage(async () => (await import("./pages/events/FunctionCallbackPage")).FunctionCallbackPage);
const HomePage = lazyPage(async () => (await import("./pages/home/HomePage")).HomePage);
const StartPages = lazyPage(async () => (await import("./pages/start/StartPages")).default);
const EditWorkflowPage = lazyPage(async () => (await import("./pages/form/FormPage")).EditWorkflowPage);
const NewWorkflowPage = lazyPage(async () => (await import("./pages/form/FormPage")).NewWorkflowPage);
const CostsPage = lazyPage(async () => (await import("./pages/costs/CostsPage")).CostsPage);
const KeysPage = lazyPage(async () => (await import("./pages/keys/KeysPage")).KeysPage);
const PersonsPage = lazyPage(async () => (await import("./pages/persons/PersonsPage")).PersonsPage);
const ProcessPages = lazyPage(async () => (await import("./pages/process/ProcessPages")).ProcessPages);
const RunPage = lazyPage(async () => (await import("./pages/run/RunPage")).RunPage);
const RunsPage = lazyPage(async () => (await import("./pages/runs/RunsPage")).RunsPage);
const NewTemplatePage = lazyPage(async () => (await import("./pages/templates/NewTemplatePage")).NewTemplatePage);
const TemplatePage = lazyPage(async () => (await import("./pages/templates/TemplatePage")).TemplatePage);
const TemplatesPage = lazyPage(async () => (await import("./pages/templates/TemplatesPage")).TemplatesPage);
const WordsPage = lazyPage(async () => (await import("./pages/words/WordsPage")).WordsPage);
const WorkflowPage = lazyPage(async () => (await import("./pages/workflow/WorkflowPage")).WorkflowPage);
const WorkflowsPage = lazyPage(async () => (await import("./pages/workflows/WorkflowsPage")).WorkflowsPage);
const DraftPage = lazyPage(async () => (await import("./pages/form/DraftPage")).DraftPage);

const ReviewsPage = lazyPage(async () => (await import("./pages/review/ReviewsPage")).ReviewsPage);
const DeskPage = lazyPage(async () => (await import("./pages/review/DeskPage")).DeskPage);
const ComparePage = lazyPage(async () => (await import("./pages/compare/ComparePage")).ComparePage);

export function App() {
  if (!useSettledInHost()) return null;
  return <Frame>{() => <Pages />}</Frame>;
}

function Pages() {
  return (
    <>
      <Navigation />
      <Routes>
        <Route index element={<HomePage />} />
        <Route path="workflows" element={<WorkflowsPage />} />
        <Route path="new" element={<NewWorkflowPage />} />
        <Route path="start/*" element={<StartPages />} />
        <Route path="workflows/:id" element={<WorkflowPage />} />
        <Route path="workflows/:id/edit" element={<EditWorkflowPage />} />
        <Route path="workflows/:id/draft" element={<DraftPage />} />
        <Route path="runs" element={<RunsPage />} />
        <Route path="runs/:workflow/:run" element={<RunPage />} />
        <Route path="reviews" element={<ReviewsPage />} />
        <Route path="reviews/:workflow/:run" element={<DeskPage />} />
        <Route path="compare" element={<ComparePage />} />
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
        <Route path="costs" element={<CostsPage />} />
        <Route path="keys" element={<KeysPage />} />
        <Route path="*" element={<UnknownPage />} />
      </Routes>
    </>
  );
}

function UnknownPage() {
  return <PageHead title={t("app.unknown_page")} />;
}
