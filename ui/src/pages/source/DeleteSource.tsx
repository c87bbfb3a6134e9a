import { t } from "@lingui/core/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, take } from "../../api/client";
import { ConfirmButton } from "../../components/ConfirmButton";

export function DeleteSource({ id, name }: { id: number; name: string }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  async function remove() {
    await take(api.DELETE("/api/v1/data-sources/{source_id}", { params: { path: { source_id: id } } }));
    navigate("/");
    client.removeQueries({ queryKey: ["source", id] });
    for (const list of ["sources", "dashboards", "reports"]) client.invalidateQueries({ queryKey: [list] });
  }
  return (
    <ConfirmButton
      label={t`Delete`}
      question={t`“${name}” goes with its data and its own dashboard, for good.`}
      onConfirm={remove}
    />
  );
}
