import { createContext, useContext } from "react";
import type { ReportDetail } from "../../api/types";
import type { Figures } from "./document";

interface ShownReport {
  id: number;
  generatedAt: string | null;
  /** Of what was generated; the page around it may speak another. */
  language: string | undefined;
  figures: Figures;
  /** What people wrote in the place of sentences, by their keys; stands in the report when it is generated. */
  edits: ReportDetail["edits"];
  mayEdit: boolean;
}

/** The report that blocks and figures belong to. */
export const ReportContext = createContext<ShownReport>({
  id: 0,
  generatedAt: null,
  language: undefined,
  figures: {},
  edits: {},
  mayEdit: false,
});

export const useReport = () => useContext(ReportContext);
