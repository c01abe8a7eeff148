import { beforeEach, describe, expect, it } from "vitest";

import type { BudgetStatus } from "../src/api/costs";
import { isUsedUp, limitText, monthParts } from "../src/definition/budget";

const LIMITS = { cpu_hours: 2, amount: 50 };
const OWN = { currency: "EUR", cpu: 12.5, storage: null, transfer: null, total: 12.5 };

function statusOf(limits: Partial<typeof LIMITS> | null, cpu_s: number, own: BudgetStatus["own"] = null): BudgetStatus {
  const budget = { per_run: null, per_month: limits && { cpu_hours: null, amount: null, ...limits }, when_over: "ask" as const, timeout_s: 1, who: [] };
  return { budget, month: "2026-11-01", used: { cpu_s, wall_s: 0, bytes_in: 0, bytes_out: 0, commands_cpu_s: 0 }, own };
}

beforeEach(() => localStorage.setItem("i18nextLng", "en"));

describe("a budget", () => {
  it("shows what of each limit of the month is used", () => {
    expect(monthParts(statusOf(LIMITS, 1800, OWN))).toEqual([
      { text: "0.5 of 2 CPU hours", percent: 25 },
      { text: "12.5 of 50 EUR", percent: 25 },
    ]);
    expect(monthParts(statusOf(null, 1800))).toEqual([]);
  });

  it("keeps digits of small limits", () => {
    expect(limitText({ cpu_hours: 0.00125, amount: 0.5 }, "EUR")).toBe("0.0013 CPU hours, 0.5 EUR");
  });

  it("is used up at its limit, and where an amount has no price", () => {
    expect(isUsedUp(statusOf({ cpu_hours: 2 }, 7199))).toBe(false);
    expect(isUsedUp(statusOf({ cpu_hours: 2 }, 7200))).toBe(true);
    expect(isUsedUp(statusOf({ amount: 50 }, 0))).toBe(true);
    expect(isUsedUp(statusOf(null, 7200))).toBe(false);
  });
});
