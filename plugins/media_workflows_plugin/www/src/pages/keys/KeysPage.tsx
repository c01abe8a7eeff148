// The user's own API keys: create, last use, revoke.
import { Button, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LuPlus } from "react-icons/lu";

import { type ApiKey, type CreatedApiKey, listKeys } from "../../api/keys";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { t } from "../../i18n";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { KeyTable } from "./KeyTable";
import { RevokeKey } from "./RevokeKey";
import { SecretDialog } from "./SecretDialog";

export function KeysPage() {
  const keys = useQuery({ queryKey: ["keys"], queryFn: listKeys });
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <>
      <PageHead title={t("nav.keys")} hint={t("keys.hint")}>
        <Button size="sm" colorPalette="brand" onClick={() => setCreating(true)}>
          <LuPlus aria-hidden /> {t("keys.create")}
        </Button>
      </PageHead>
      <Loaded of={keys}>{(items) => (items.length === 0 ? <Text color="fg.muted">{t("keys.empty_text")}</Text> : <KeyTable items={items} revoke={setRevoking} />)}</Loaded>
      {creating && <CreateKeyDialog created={setCreated} close={() => setCreating(false)} />}
      {/* Not before the other dialog is gone: a dialog that closes takes those above it along. */}
      {created && !creating && <SecretDialog created={created} close={() => setCreated(null)} />}
      {revoking && <RevokeKey apiKey={revoking} close={() => setRevoking(null)} />}
    </>
  );
}
