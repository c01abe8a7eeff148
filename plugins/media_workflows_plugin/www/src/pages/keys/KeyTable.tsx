// The rows of the user's API keys, newest first.
import { Code, Text } from "@chakra-ui/react";

import type { ApiKey } from "../../api/keys";
import { type Column, DataTable } from "../../components/DataTable";
import { RowActions } from "../../components/RowActions";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";

const Time = ({ at }: { at: string }) => <time dateTime={at}>{formatTime(at)}</time>;

function Expiry({ at }: { at: string }) {
  if (new Date(at) > new Date()) return <Time at={at} />;
  return (
    <Text color="red.fg">
      {t("keys.expired")} <Time at={at} />
    </Text>
  );
}

export function KeyTable({ items, revoke }: { items: ApiKey[]; revoke: (key: ApiKey) => void }) {
  const columns: Column<ApiKey>[] = [
    { key: "name", label: t("field.name"), cell: ({ name }) => <Text fontWeight="semibold">{name}</Text> },
    { key: "secret_id", label: "SecretId", cell: ({ secret_id }) => <Code>{secret_id}</Code> },
    { key: "created", label: t("list.created"), cell: ({ created_at }) => <Time at={created_at} /> },
    { key: "expires", label: t("keys.expires"), cell: ({ expires_at }) => <Expiry at={expires_at} /> },
    { key: "used", label: t("keys.last_used"), cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} /> : t("keys.never")) },
    { key: "actions", label: t("list.actions"), cell: (key) => <RowActions name={key.name} actions={[{ label: t("keys.revoke"), act: () => revoke(key), danger: true }]} /> },
  ];
  return <DataTable label={t("nav.keys")} columns={columns} rows={items} rowKey={({ secret_id }) => secret_id} />;
}
