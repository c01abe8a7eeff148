// The fields of an object: the common ones first, the others behind "More settings" unless these would be all.
import { Box, SimpleGrid } from "@chakra-ui/react";

import { useForm } from "../../definition/FormContext";
import { isWithin, below } from "../../definition/path";
import { resolved, type Schema } from "../../definition/schema";
import { t } from "../../i18n";
import { Fold } from "../Fold";
import { SchemaField } from "./SchemaField";
import { USUAL } from "./usual";

interface Props {
  path: string;
  schema: Schema;
  without?: string[];
  unfolded?: boolean; // what has no common field shows all
}

export function ObjectFields({ path, schema, without = [], unfolded = false }: Props) {
  const { root, problems } = useForm();
  const fields = Object.entries(schema.properties ?? {}).filter(([name, field]) => !without.includes(name) && field.const === undefined);
  const isCommon = (name: string) => USUAL.has(name) || schema.required?.includes(name) === true;
  const hasCommon = fields.some(([name]) => isCommon(name));
  const isUsual = (name: string) => isCommon(name) || (unfolded && !hasCommon);
  const draw = ([name, field]: [string, Schema]) => (
    <SchemaField key={name} path={below(path, name)} name={name} schema={resolved(field, root)} required={schema.required?.includes(name)} />
  );
  const usual = fields.filter(([name]) => isUsual(name)).sort(([a], [b]) => [...USUAL].indexOf(a) - [...USUAL].indexOf(b));
  const more = fields.filter(([name]) => !isUsual(name));
  const hasProblem = more.some(([name]) => problems.some((problem) => isWithin(problem.field, below(path, name))));
  const grid = { columns: { base: 1, md: 2, xl: 3 }, gap: 4 };
  return (
    <Box>
      <SimpleGrid {...grid}>{usual.map(draw)}</SimpleGrid>
      {more.length > 0 && (
        <Fold title={t("form.more", { count: more.length })} open={hasProblem}>
          <SimpleGrid {...grid}>{more.map(draw)}</SimpleGrid>
        </Fold>
      )}
    </Box>
  );
}
