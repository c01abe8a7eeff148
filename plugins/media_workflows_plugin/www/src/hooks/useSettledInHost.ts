// Airflow draws a bundle that it has just loaded inside of a <Suspense>, and from its next rendering on without: that
// mounts the page again, and what was typed until then would be lost. Asking for the same address again makes that
// happen at once; false = it has not happened yet.
import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router-dom";

const NOT_LONGER_THAN_MS = 1_000; // another Airflow may not mount it again
let mounted = false;

export function useSettledInHost(): boolean {
  const navigate = useNavigate();
  const here = useLocation();
  const [settled, setSettled] = useState(mounted);
  useEffect(() => {
    if (mounted) return;
    mounted = true;
    void navigate(here, { replace: true });
    setTimeout(() => setSettled(true), NOT_LONGER_THAN_MS);
  }, [here, navigate]);
  return settled;
}
