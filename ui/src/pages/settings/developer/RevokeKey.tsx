import { t } from "@lingui/core/macro";
import { useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import type { ApiKey } from "../../../api/types";
import { ConfirmButton } from "../../../components/ConfirmButton";

export function RevokeKey({ apiKey }: { apiKey: ApiKey }) {
  const client = useQueryClient();
  async function revoke() {
    await take(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: apiKey.id } } }));
    await client.invalidateQueries({ queryKey: ["keys"] });
  }
  return (
    <ConfirmButton
      size="compact-xs"
      label={t`Revoke`}
      question={t`“${apiKey.name}” stops working at once, for good.`}
      onConfirm={revoke}
    />
  );
}
