import { Box } from "@mantine/core";
import { ApiError } from "../api/errors";
import { NotFound } from "./NotFound";
import { Problem } from "./Problem";

/** Stands where a page would be that could not be loaded. */
export function PageProblem({ error, retry }: { error: unknown; retry: () => void }) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  return (
    <Box maw={640} mx="auto" py="xl">
      <Problem error={error} retry={retry} />
    </Box>
  );
}
