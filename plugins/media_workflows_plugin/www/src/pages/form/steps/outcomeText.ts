// The outcome of a try-out in one sentence.
import type { ConditionTrial } from "../../../api/conditions";
import { namedValues } from "../../../definition/conditionValues";
import { t } from "../../../i18n";
import { messageText } from "../../../i18n/errors";

export function outcomeText({ value, values, error }: ConditionTrial): string {
  if (error) return messageText(error.message, error);
  const because = namedValues(Object.fromEntries(values.map((one) => [one.name, one.value])));
  const key = value ? (because ? "condition.true_because" : "condition.true") : because ? "condition.false_because" : "condition.false";
  return t(key, { values: because });
}
