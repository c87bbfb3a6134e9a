import { queryOptions, useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, take } from "./client";
import { lastOf } from "./stream";
import type { Analysis } from "./types";

/** What a question can be about: a source, or a semantic model of several. */
export interface Subject {
  kind: "source" | "model";
  id: number;
  name: string;
}

const MOST = 100;

export const subjectsQuery = () =>
  queryOptions({
    queryKey: ["subjects"],
    queryFn: async ({ signal }): Promise<Subject[]> => {
      const query = { page: 1, page_size: MOST };
      const [models, sources] = await Promise.all([
        take(api.GET("/api/v1/models", { params: { query }, signal })),
        take(api.GET("/api/v1/data-sources", { params: { query: { ...query, status: "active" } }, signal })),
      ]);
      return [
        ...models.results.map(({ id, name }) => ({ kind: "model" as const, id, name })),
        ...sources.results.map(({ id, name }) => ({ kind: "source" as const, id, name })),
      ];
    },
  });

/** Questions to begin with about a subject. */
export const suggestionsQuery = ({ kind, id }: Subject) =>
  queryOptions({
    queryKey: ["suggestions", kind, id],
    queryFn: async ({ signal }) => {
      const query = kind === "model" ? { model_id: id } : { source_id: id };
      return (await take(api.GET("/api/v1/analysis/suggestions", { params: { query }, signal }))).questions;
    },
    staleTime: 60_000,
  });

interface Asked {
  question: string;
  subject: Subject;
  /** The conversation that the question may go on from. */
  goesOn: number | undefined;
}

/** How far an answer has come. */
export interface Progress {
  stage: string;
  understood: Analysis["understood"];
}

export function useAsk(onAnswer: (answer: Analysis) => void) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopping = useRef(new AbortController());
  const ask = useMutation({
    mutationFn: async ({ question, subject, goesOn }: Asked) => {
      stopping.current = new AbortController();
      const answer = await api.POST("/api/v1/analysis", {
        signal: stopping.current.signal,
        body: {
          question,
          ...(subject.kind === "model" ? { model_id: subject.id } : { source_id: subject.id }),
          ...(goesOn ? { session_id: goesOn } : {}),
        },
        headers: { Accept: "text/event-stream" },
        parseAs: "stream",
      });
      return lastOf<Analysis>(answer, "analysis", (name, data) => {
        if (name === "progress") setProgress(JSON.parse(data));
      });
    },
    onSuccess: onAnswer,
    onSettled: () => setProgress(null),
  });
  const stop = () => {
    stopping.current.abort();
    ask.reset();
    setProgress(null);
  };
  return { ask, progress, stop };
}
