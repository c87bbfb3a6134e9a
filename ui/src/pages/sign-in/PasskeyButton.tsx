import { Button, type ButtonProps } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { ApiError } from "../../api/errors";
import { signInByPasskey } from "../../api/passkeys";
import { begin } from "../../api/session";
import { Problem } from "../../components/Problem";

interface Props extends ButtonProps {
  label: string;
  /** Where it is the second step after a password. */
  mfaToken?: string;
  /** The server has ended this sign-in. */
  onEnded?: () => void;
}

export function PasskeyButton({ label, mfaToken, onEnded, ...button }: Props) {
  const signIn = useMutation({
    mutationFn: async () => begin(await signInByPasskey(mfaToken)),
    onError: (error) => {
      if (error instanceof ApiError && error.code === "unauthorized") onEnded?.();
    },
  });
  return (
    <>
      {signIn.error && <Problem error={signIn.error} />}
      <Button
        variant="default"
        leftSection={<KeyRound size={16} />}
        {...button}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
      >
        {label}
      </Button>
    </>
  );
}
