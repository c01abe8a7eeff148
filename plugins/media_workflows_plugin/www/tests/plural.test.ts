// Counts with their nouns in English.
import { describe, expect, it } from "vitest";

import { t } from "../src/i18n";

describe("a text with a count", () => {
  it("has the word for one, and that for others, also of formatted numbers", () => {
    expect(["1", "0", "10,000"].map((count) => t("process.objects", { count, size: "1 MB" }))).toEqual(["1 object, 1 MB", "0 objects, 1 MB", "10,000 objects, 1 MB"]);
  });

  it("has it for each number", () => {
    expect(t("process.cancel_text", { queued: 1, active: 2 })).toContain("1 queued object gets no run, and 2 runs in progress are cancelled");
  });
});
