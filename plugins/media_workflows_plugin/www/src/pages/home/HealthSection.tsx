// Airflow's processes, the system DAGs, the engines, and the disks of workers.
import { Badge, Flex, List, Text } from "@chakra-ui/react";

import type { Health } from "../../api/home";
import { Fold } from "../../components/Fold";
import { Section } from "../../components/Section";
import { t, textOf } from "../../i18n";
import { messageText } from "../../i18n/errors";
import { formatAgo, formatBytes } from "../../i18n/format";

function States({ label, items }: { label: string; items: { name: string; isOk: boolean; isError: boolean }[] }) {
  return (
    <Flex as="ul" gap={2} wrap="wrap" listStyleType="none" aria-label={label} mb={2}>
      {items.map(({ name, isOk, isError }) => (
        <Badge key={name} as="li" variant="surface" colorPalette={isOk ? "green" : isError ? "red" : "gray"}>
          {isOk ? "✓" : "✗"} {name}
        </Badge>
      ))}
    </Flex>
  );
}

const engineName = (name: string) => textOf(`engine.${name}`, name);

export function HealthSection({ health: { components, engines, disks } }: { health: Health }) {
  const missing = engines.filter(({ message }) => message);
  return (
    <Section title={t("health.title")}>
      <States label={t("health.components")} items={components.map(({ name, state }) => ({ name, isOk: state === "ok", isError: true }))} />
      <States label={t("health.engines")} items={engines.map(({ name, message }) => ({ name: engineName(name), isOk: !message, isError: name === "ffmpeg" }))} />
      {missing.length > 0 && (
        <Fold title={t("health.not_installed", { count: missing.length })}>
          <List.Root ps={5}>
            {missing.map(({ name, message = "" }) => (
              <List.Item key={name} overflowWrap="anywhere">
                {engineName(name)}: {messageText(message)}
              </List.Item>
            ))}
          </List.Root>
        </Fold>
      )}
      {disks.map((disk) => (
        <Text key={disk.worker} color="fg.muted" overflowWrap="anywhere">
          {t("health.disk", { worker: disk.worker, free: formatBytes(disk.free_bytes), total: formatBytes(disk.total_bytes), cache: formatBytes(disk.cache_bytes), most: formatBytes(disk.cache_max_bytes), seen: formatAgo(disk.seen_at) })}
        </Text>
      ))}
      {disks.length === 0 && <Text color="fg.muted">{t("health.no_disks")}</Text>}
    </Section>
  );
}
