// What a check shows once something that it was about has changed, while it runs and after it.
import { useState } from "react";
import { describe, expect, it } from "vitest";

import type { JsonObject } from "../src/api/types";
import { FormContext } from "../src/definition/FormContext";
import { t } from "../src/i18n";
import { CheckAccess } from "../src/pages/form/CheckAccess";
import { click, drawn, serve, until } from "./rendered";

const about = (bucket: string) => ({ name: "a", trigger: { bucket, directory: "" }, output: {}, jobs: {} }) as unknown as JsonObject;
const STEPS = [{ step: "list", ok: true, message: "" }];

// The form around the check; a button changes the bucket.
function Form() {
  const [value, setValue] = useState(about("one"));
  return (
    <FormContext value={{ value, root: {}, problems: [], set: () => undefined }}>
      <CheckAccess />
      <button type="button" onClick={() => setValue(about("other"))}>
        change
      </button>
    </FormContext>
  );
}

describe("a check whose subject has changed says so", () => {
  it.each([true, false])("answered before: %s", async (isAnswered) => {
    serve((call) => (isAnswered && call === "POST check-access" ? { body: { steps: STEPS } } : undefined));
    const place = await drawn(<Form />);
    await click(t("access.check"));
    if (isAnswered) await until(() => place.textContent!.includes(t("access.list")));
    expect(place.textContent).not.toContain(t("check.outdated"));
    await click("change");
    await until(() => place.textContent!.includes(t("check.outdated")));
    expect(place.textContent).not.toContain(t("access.list"));
  });
});
