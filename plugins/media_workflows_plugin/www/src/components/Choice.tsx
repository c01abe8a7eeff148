// A filter of a list: one value, or all.
import { NativeSelect } from "@chakra-ui/react";

interface Props {
  label: string;
  value: string;
  options: [string, string][];
  all: string;
  note?: string; // after the options, as one that cannot be chosen
  pick: (value: string) => void;
}

export function Choice({ label, value, options, all, note = "", pick }: Props) {
  return (
    <NativeSelect.Root size="sm" width="auto">
      <NativeSelect.Field aria-label={label} value={value} onChange={(event) => pick(event.target.value)}>
        <option value="">{all}</option>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
        {note && <option disabled>{note}</option>}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}
