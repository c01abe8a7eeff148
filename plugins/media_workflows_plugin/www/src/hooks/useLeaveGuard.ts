// Asks before unsaved changes are left: by the router for our own and Airflow's links, by the browser for all else.
import { useEffect } from "react";
import { useBlocker } from "react-router-dom";

export function useLeaveGuard(dirty: () => boolean) {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (dirty()) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [dirty]);
  return useBlocker(({ currentLocation, nextLocation }) => dirty() && currentLocation.pathname !== nextLocation.pathname);
}
