import type { Model, ModelProblem, SourceDetail } from "../../api/types";

/** What each tab of a model gets. */
export interface PartProps {
  model: Model;
  sources: SourceDetail[];
  problems: ModelProblem[];
  /** Missing where somebody may only look. */
  onChange?: ((to: Partial<Model>) => void) | undefined;
}
