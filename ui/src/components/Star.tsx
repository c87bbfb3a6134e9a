import { t } from "@lingui/core/macro";
import { ActionIcon } from "@mantine/core";
import { Star as StarIcon } from "lucide-react";
import { type Starred, useFavorite } from "../api/home";

const GOLD = "light-dark(var(--mantine-color-yellow-8), var(--mantine-color-yellow-5))";

/** Makes a dashboard or report one of the favourites, or none. */
export function Star({ object, name }: { object: Starred; name: string }) {
  const { isFavorite, toggle } = useFavorite(object, name);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      className="screen-only"
      disabled={isFavorite === undefined}
      bg={isFavorite === undefined ? "transparent" : undefined}
      aria-pressed={isFavorite ?? false}
      aria-label={t`Favourite: ${name}`}
      onClick={() => toggle(!isFavorite)}
    >
      <StarIcon
        size={16}
        color={isFavorite ? GOLD : "var(--mantine-color-dimmed)"}
        fill={isFavorite ? GOLD : "none"}
      />
    </ActionIcon>
  );
}
