// A link to another page that looks like a button.
import { Button, type ButtonProps } from "@chakra-ui/react";
import { Link } from "react-router-dom";

export function LinkButton({ to, children, ...props }: ButtonProps & { to: string }) {
  return (
    <Button asChild {...props}>
      <Link to={to}>{children}</Link>
    </Button>
  );
}
