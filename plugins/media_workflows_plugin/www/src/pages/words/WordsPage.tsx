// The library of words: search by text, usage and tag; add many at once, edit, delete; import and export as CSV.
import { Button, Flex, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LuDownload, LuFileUp, LuPlus } from "react-icons/lu";

import { listWords, WORD_USAGES, type Word, type WordImport, wordListUrl } from "../../api/words";
import { Choice } from "../../components/Choice";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { SearchField } from "../../components/SearchField";
import { usageLabel } from "../../definition/usages";
import { useListParams } from "../../hooks/useListParams";
import { useMe } from "../../hooks/useMe";
import { useSelection } from "../../hooks/useSelection";
import { t } from "../../i18n";
import { AddWordsDialog } from "./AddWordsDialog";
import { DeleteWords } from "./DeleteWords";
import { EditWordDialog } from "./EditWordDialog";
import { ImportWordsDialog } from "./ImportWordsDialog";
import { LeftOutDialog } from "./LeftOutDialog";
import { NoWords } from "./NoWords";
import { SelectedWords } from "./SelectedWords";
import { WordTable } from "./WordTable";

const LIMIT = 25;

export function WordsPage() {
  const { value, offset, type, pick, go } = useListParams();
  const { can_edit } = useMe();
  const { selected, select, deselect } = useSelection();
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const [imported, setImported] = useState<WordImport | null>(null);
  const [editing, setEditing] = useState<Word | null>(null);
  const [deleting, setDeleting] = useState<string[]>([]);
  const filters = { search: value("search"), usage: value("usage"), tag: value("tag") };
  const query = { ...filters, offset, limit: LIMIT };
  const page = useQuery({ queryKey: ["words", query], queryFn: () => listWords(query), placeholderData: keepPreviousData });
  const isFiltered = Object.values(filters).some(Boolean);
  return (
    <>
      <PageHead title={t("words.title")} hint={t("words.hint")}>
        <Button size="sm" variant="outline" asChild>
          <a href={wordListUrl(filters)} download="words.csv">
            <LuDownload aria-hidden /> {t(isFiltered ? "words.export_found" : "words.export")}
          </a>
        </Button>
        {can_edit && (
          <>
            <Button size="sm" variant="outline" onClick={() => setImporting(true)}>
              <LuFileUp aria-hidden /> {t("words.import")}
            </Button>
            <Button size="sm" colorPalette="brand" onClick={() => setAdding(true)}>
              <LuPlus aria-hidden /> {t("words.add")}
            </Button>
          </>
        )}
      </PageHead>
      <Flex gap={2} mb={3} wrap="wrap" role="search">
        <SearchField label={t("words.search")} value={filters.search} change={(search) => type({ search })} />
        <Choice label={t("field.usages")} value={filters.usage} options={WORD_USAGES.map((usage) => [usage, usageLabel(usage)])} all={t("library.any_usage")} pick={(usage) => pick({ usage })} />
        <SearchField label={t("library.tag")} value={filters.tag} change={(tag) => type({ tag })} />
      </Flex>
      <Loaded of={page}>
        {({ items, total }) =>
          total === 0 && !isFiltered ? (
            <NoWords />
          ) : (
            <>
              <SelectedWords count={items.filter(({ keyword }) => selected.has(keyword)).length} remove={() => setDeleting(items.map(({ keyword }) => keyword).filter((keyword) => selected.has(keyword)))} />
              {total === 0 && <Text color="fg.muted">{t("words.none")}</Text>}
              {total > 0 && <WordTable items={items} selected={selected} select={select} pickTag={(tag) => pick({ tag })} edit={setEditing} remove={(keyword) => setDeleting([keyword])} />}
              <Pager label={t("words.title")} offset={offset} limit={LIMIT} total={total} go={go} />
            </>
          )
        }
      </Loaded>
      {adding && <AddWordsDialog close={() => setAdding(false)} />}
      {importing && <ImportWordsDialog leftOut={setImported} close={() => setImporting(false)} />}
      {imported && <LeftOutDialog done={imported} close={() => setImported(null)} />}
      {editing && <EditWordDialog word={editing} close={() => setEditing(null)} />}
      {deleting.length > 0 && <DeleteWords keywords={deleting} done={deselect} close={() => setDeleting([])} />}
    </>
  );
}
