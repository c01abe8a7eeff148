// What a workflow's budget allows and what is used of it, in words.
import type { BudgetStatus } from "../api/costs";
import { t } from "../i18n";
import { formatAmount, formatMoney } from "../i18n/format";

type Limit = NonNullable<NonNullable<BudgetStatus["budget"]>["per_run"]>;

export interface MonthPart {
  text: string;
  percent: number | null; // of the limit; null = there is no price to compare an amount with
}

const HOUR_S = 3600;
const hoursText = (hours: number) => t("budget.hours", { hours: formatAmount(hours) });

// "2 CPU hours, 50 EUR"
export function limitText({ cpu_hours, amount }: Limit, currency: string): string {
  const limits = [cpu_hours !== null && hoursText(cpu_hours), amount !== null && formatMoney(amount, currency)];
  return limits.filter(Boolean).join(t("list.separator"));
}

// What is used of each limit of the month.
export function monthParts({ budget, used, own }: BudgetStatus): MonthPart[] {
  const { cpu_hours = null, amount = null } = budget?.per_month ?? {};
  const parts: MonthPart[] = [];
  if (cpu_hours !== null) {
    const hours = used.cpu_s / HOUR_S;
    parts.push({ text: t("budget.used", { used: formatAmount(hours), limit: hoursText(cpu_hours) }), percent: (hours / cpu_hours) * 100 });
  }
  if (amount !== null && own) {
    parts.push({ text: t("budget.used", { used: formatAmount(own.total), limit: formatMoney(amount, own.currency) }), percent: (own.total / amount) * 100 });
  }
  if (amount !== null && !own) parts.push({ text: t("budget.no_price", { limit: formatAmount(amount) }), percent: null });
  return parts;
}

// Whether the next run waits or is refused, whatever it is estimated at.
export const isUsedUp = (status: BudgetStatus) => monthParts(status).some(({ percent }) => percent === null || percent >= 100);
