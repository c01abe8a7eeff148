// Airflow draws a bundle that it has just loaded inside of a <Suspense>, and from its next rendering on without: that
// mounts the page anew, and what was typed until then would be lost. Asking for the same address again makes that
// happen at once, before anybody can type.
import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router-dom";

let settled = false;

export function useSettledInHost() {
  const navigate = useNavigate();
  const here = useLocation();
  useEffect(() => {
    if (settled) return;
    settled = true;
    void navigate(here, { replace: true });
  }, [here, navigate]);
}
