// A checkbox with a label for screen readers only.
import { Checkbox } from "@chakra-ui/react";

export function Check({ label, checked, change }: { label: string; checked: boolean | "indeterminate"; change: (checked: boolean) => void }) {
  return (
    <Checkbox.Root size="sm" checked={checked} onCheckedChange={(now) => change(now.checked === true)}>
      <Checkbox.HiddenInput aria-label={label} />
      <Checkbox.Control />
    </Checkbox.Root>
  );
}
