// Adds the chosen pictures as faces, one after the other; the name of a refused one stands before its reason.
import { Field, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { base64Of } from "../../api/base64";
import { ApiError } from "../../api/client";
import { addFace, type Person } from "../../api/persons";
import { queries } from "../../api/queries";
import { ErrorNote } from "../../components/ErrorNote";
import { PicturesInput } from "../../components/fields/PicturesInput";
import { t } from "../../i18n";
import { errorText, problemText } from "../../i18n/errors";

function reasonOf(error: unknown): string {
  const problem = error instanceof ApiError ? error.problems[0] : undefined;
  return problem ? problemText(problem) : errorText(error);
}

export function AddFaces({ person: { id } }: { person: Person }) {
  const add = useMutation({
    mutationFn: async (files: File[]) => {
      const refused: string[] = [];
      for (const file of files) await addFace(id, await base64Of(file)).catch((error: unknown) => refused.push(`${file.name}: ${reasonOf(error)}`));
      await queries.invalidateQueries({ queryKey: ["persons"] });
      if (refused.length > 0) throw new Error(refused.join("\n"));
      return files.length;
    },
  });
  return (
    <div>
      <ErrorNote error={add.error} />
      <Field.Root disabled={add.isPending}>
        <Field.Label>{t("persons.add_faces")}</Field.Label>
        <PicturesInput pick={add.mutate} />
        <Field.HelperText>{t("persons.faces_hint")}</Field.HelperText>
      </Field.Root>
      <Text role="status" mt={2}>
        {add.isPending ? t("persons.adding_faces") : add.data && t("persons.faces_added", { count: add.data })}
      </Text>
    </div>
  );
}
