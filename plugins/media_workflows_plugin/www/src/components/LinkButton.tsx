// A link to another page that looks like a button; a disabled button for readers whose role does not allow what is there.
import { Button, type ButtonProps } from "@chakra-ui/react";
import { Link } from "react-router-dom";

import { t } from "../i18n";

export function LinkButton({ to, forbidden = false, children, ...props }: ButtonProps & { to: string; forbidden?: boolean }) {
  if (forbidden)
    return (
      <Button {...props} disabled title={t("action.forbidden")}>
        {children}
      </Button>
    );
  return (
    <Button asChild {...props}>
      <Link to={to}>{children}</Link>
    </Button>
  );
}
