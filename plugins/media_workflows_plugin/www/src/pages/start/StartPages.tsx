// The pages that ask what a workflow is for, below /start.
import { Route, Routes } from "react-router-dom";

import { GoalPage } from "./GoalPage";
import { StartPage } from "./StartPage";

export default function StartPages() {
  return (
    <Routes>
      <Route index element={<StartPage />} />
      <Route path=":name" element={<GoalPage />} />
    </Routes>
  );
}
