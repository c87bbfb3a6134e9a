import { t } from "@lingui/core/macro";
import { Button, CopyButton } from "@mantine/core";
import { Check, Copy } from "lucide-react";

export function CopyText({ text }: { text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={copied ? <Check size={13} /> : <Copy size={13} />}
          onClick={copy}
        >
          {copied ? t`Copied` : t`Copy`}
        </Button>
      )}
    </CopyButton>
  );
}
