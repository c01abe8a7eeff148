// Holds the dialog of an answer: it stays, with the comment, when the question beside its buttons has gone meanwhile.
import { createContext, type ReactNode, useContext, useState } from "react";

import type { Answer, Approval } from "../../api/approvals";
import { AnswerDialog } from "./AnswerDialog";

type Ask = (approval: Approval, answer: Answer) => void;

const AskContext = createContext<Ask>(() => undefined);

export const useAsk = () => useContext(AskContext);

export function Answering({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ approval: Approval; answer: Answer } | null>(null);
  return (
    <AskContext value={(approval, answer) => setAsked({ approval, answer })}>
      {children}
      {asked && <AnswerDialog {...asked} close={() => setAsked(null)} />}
    </AskContext>
  );
}
