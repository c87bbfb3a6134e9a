import { createContext, useContext } from "react";
import type { Figures } from "./document";

interface ShownReport {
  id: number;
  generatedAt: string | null;
  figures: Figures;
}

/** The report that blocks and figures belong to. */
export const ReportContext = createContext<ShownReport>({ id: 0, generatedAt: null, figures: {} });

export const useReport = () => useContext(ReportContext);
