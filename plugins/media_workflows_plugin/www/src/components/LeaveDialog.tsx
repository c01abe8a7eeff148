// The question of the leave guard.
import { useLeaveGuard } from "../hooks/useLeaveGuard";
import { t } from "../i18n";
import { ConfirmDialog } from "./ConfirmDialog";

export function LeaveDialog({ dirty }: { dirty: () => boolean }) {
  const guard = useLeaveGuard(dirty);
  if (guard.state !== "blocked") return null;
  return <ConfirmDialog title={t("discard.title")} text={t("discard.text")} confirm={t("discard.confirm")} cancel={t("discard.cancel")} act={() => guard.proceed()} close={() => guard.reset?.()} />;
}
