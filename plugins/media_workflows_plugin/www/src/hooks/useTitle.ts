// The title of the browser's tab, and the focus on the page's heading for those who do not see it change.
import { useEffect, useRef } from "react";

import { t } from "../i18n";

export function useTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("app.title")}`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
