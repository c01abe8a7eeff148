// What the form saves to: a new workflow, a stored one, or the draft of one.
import { ApiError } from "../../api/client";
import { type DraftWithDefinition, getDraft, saveDraft } from "../../api/drafts";
import type { Definition, Workflow } from "../../api/types";
import { createWorkflow, getWorkflow, updateWorkflow } from "../../api/workflows";
import { t } from "../../i18n";

export interface Target {
  id?: string; // of a stored workflow
  save: (definition: Definition) => Promise<Saved>;
  latest?: () => Promise<Latest>;
}

// What another editor has saved meanwhile. Once it is accepted, the next `save` replaces it; until then that is refused.
export interface Latest {
  definition: Definition;
  accept: () => void;
}

interface Saved {
  id: string;
  message: string;
}

const CONFLICT_FIELDS = new Set(["revision", "number", "base_revision", "version"]);

// Whether an edit was refused because of another editor's.
export function isConflict(error: Error): boolean {
  return error instanceof ApiError && error.status === 409 && CONFLICT_FIELDS.has(error.problems[0]?.field ?? "");
}

export function newWorkflow(): Target {
  return {
    save: async (definition) => {
      const made = await createWorkflow(definition);
      return { id: made.id, message: t("form.created", { name: made.definition.name }) };
    },
  };
}

export function storedWorkflow({ id, revision }: Workflow): Target {
  let base = revision;
  return {
    id,
    save: async (definition) => {
      const saved = await updateWorkflow(id, base, definition);
      return { id, message: t("form.saved", { name: saved.definition.name, revision: saved.revision }) };
    },
    latest: async () => {
      const now = await getWorkflow(id);
      const accept = () => {
        base = now.revision;
      };
      return { definition: now.definition, accept };
    },
  };
}

export function draftOf({ id, revision }: Workflow, draft: DraftWithDefinition | null): Target {
  let [number, base] = [draft?.number ?? 0, draft?.base_revision ?? revision];
  return {
    id,
    save: async (definition) => {
      const saved = await saveDraft(id, number, base, definition);
      return { id, message: t("draft.saved", { name: saved.definition.name }) };
    },
    latest: async () => {
      const now = await getWorkflow(id);
      const theirs = now.draft ? await getDraft(id) : null;
      const accept = () => {
        [number, base] = [theirs?.number ?? 0, theirs?.base_revision ?? now.revision];
      };
      return { definition: (theirs ?? now).definition, accept };
    },
  };
}
