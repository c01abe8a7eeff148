// The library of persons: search by name and tag; add with pictures of the face, edit, delete.
import { Button, Flex, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LuPlus } from "react-icons/lu";

import { listPersons } from "../../api/persons";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { Pager } from "../../components/Pager";
import { SearchField } from "../../components/SearchField";
import { useListParams } from "../../hooks/useListParams";
import { useMe } from "../../hooks/useMe";
import { t } from "../../i18n";
import { DeletePerson } from "./DeletePerson";
import { FacesDialog } from "./FacesDialog";
import { NoPersons } from "./NoPersons";
import { PersonDialog } from "./PersonDialog";
import { PersonTable } from "./PersonTable";

const LIMIT = 25;

export type Doing = { what: "add" } | { what: "edit" | "faces" | "delete"; id: number };

export function PersonsPage() {
  const { value, offset, type, pick, go } = useListParams();
  const { can_edit } = useMe();
  const [doing, setDoing] = useState<Doing | null>(null);
  const filters = { search: value("search"), tag: value("tag") };
  const query = { ...filters, offset, limit: LIMIT };
  const page = useQuery({ queryKey: ["persons", query], queryFn: () => listPersons(query), placeholderData: keepPreviousData });
  const person = doing && "id" in doing ? page.data?.items.find(({ id }) => id === doing.id) : undefined;
  const close = () => setDoing(null);
  return (
    <>
      <PageHead title={t("persons.title")} hint={t("persons.hint")}>
        {can_edit && (
          <Button size="sm" colorPalette="brand" onClick={() => setDoing({ what: "add" })}>
            <LuPlus aria-hidden /> {t("persons.add")}
          </Button>
        )}
      </PageHead>
      <Flex gap={2} mb={3} wrap="wrap" role="search">
        <SearchField label={t("list.search")} value={filters.search} change={(search) => type({ search })} />
        <SearchField label={t("library.tag")} value={filters.tag} change={(tag) => type({ tag })} />
      </Flex>
      <Loaded of={page}>
        {({ items, total }) =>
          total === 0 && !filters.search && !filters.tag ? (
            <NoPersons />
          ) : (
            <>
              {total === 0 && <Text color="fg.muted">{t("persons.none")}</Text>}
              {total > 0 && <PersonTable items={items} pickTag={(tag) => pick({ tag })} start={setDoing} />}
              <Pager label={t("persons.title")} offset={offset} limit={LIMIT} total={total} go={go} />
            </>
          )
        }
      </Loaded>
      {doing?.what === "add" && <PersonDialog close={close} />}
      {person && doing?.what === "edit" && <PersonDialog person={person} close={close} />}
      {person && doing?.what === "faces" && <FacesDialog person={person} close={close} />}
      {person && doing?.what === "delete" && <DeletePerson person={person} close={close} />}
    </>
  );
}
