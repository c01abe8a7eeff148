// A link within text or a table. A name in it may be written from right to left.
import { Link as ChakraLink, type LinkProps } from "@chakra-ui/react";
import { Link } from "react-router-dom";

export function TextLink({ to, children, ...props }: LinkProps & { to: string }) {
  return (
    <ChakraLink asChild variant="underline" overflowWrap="anywhere" {...props}>
      <Link to={to} dir="auto">
        {children}
      </Link>
    </ChakraLink>
  );
}
