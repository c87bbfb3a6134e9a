import { createContext, useContext } from "react";
import type { Specification } from "./openapi";

interface Shown {
  specification: Specification;
  /** The API key that the reader tries requests with; empty for their session. */
  key: string;
}

const NOTHING: Specification = {
  info: { title: "", version: "" },
  paths: {},
  components: { schemas: {}, responses: {} },
};

export const SpecificationContext = createContext<Shown>({ specification: NOTHING, key: "" });

export const useSpecification = () => useContext(SpecificationContext);
