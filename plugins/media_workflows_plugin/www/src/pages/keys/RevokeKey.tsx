// A confirmation before an API key is revoked.
import { type ApiKey, revokeKey } from "../../api/keys";
import { queries } from "../../api/queries";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { showSuccess } from "../../hooks/messages";
import { t } from "../../i18n";

export function RevokeKey({ apiKey: { name, secret_id }, close }: { apiKey: ApiKey; close: () => void }) {
  const revoke = async () => {
    await revokeKey(secret_id);
    await queries.invalidateQueries({ queryKey: ["keys"] });
    showSuccess(t("keys.revoked", { name }));
  };
  return <ConfirmDialog title={t("keys.revoke_title", { name })} text={t("keys.revoke_text")} confirm={t("keys.revoke")} act={revoke} close={close} />;
}
