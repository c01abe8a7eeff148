// A confirmation before unsaved changes are lost: by the router for links within Airflow, else by the browser.
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
