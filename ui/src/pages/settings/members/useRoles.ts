import { useQuery } from "@tanstack/react-query";
import { permissionsQuery } from "../../../api/account";

/** The roles that whoever is signed in may give: never the owner's, never one that may do more. */
export function useRoles(): string[] {
  const { data } = useQuery(permissionsQuery());
  if (!data) return [];
  const mine = new Set(data.yours);
  const beyond = new Set(data.permissions.filter((row) => !mine.has(row.name)).flatMap((row) => row.roles));
  return data.roles.filter((role) => role !== "owner" && !beyond.has(role));
}
