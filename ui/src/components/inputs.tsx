import { t } from "@lingui/core/macro";
import { PasswordInput, type PasswordInputProps, TextInput, type TextInputProps } from "@mantine/core";

/** The server asks for as many; the rest of its rules it tells when they are broken. */
const LEAST = 10;

export function Password(props: PasswordInputProps) {
  return (
    <PasswordInput
      name="password"
      label={t`Password`}
      autoComplete="current-password"
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ "aria-label": t`Show or hide what is typed`, tabIndex: 0 }}
      {...props}
    />
  );
}

export function NewPassword(props: PasswordInputProps) {
  return (
    <Password
      autoComplete="new-password"
      minLength={LEAST}
      description={t`At least ${LEAST} characters, not easily guessed and not used by many. A few unrelated words make a good one.`}
      {...props}
    />
  );
}

export function Email(props: TextInputProps) {
  return (
    <TextInput
      name="email"
      label={t`E-mail`}
      type="email"
      autoComplete="username"
      maxLength={320}
      required
      withAsterisk={false}
      {...props}
    />
  );
}

/** A code of an authenticator, of a mail, or a backup code. */
export function Code(props: TextInputProps) {
  return (
    <TextInput
      name="code"
      label={t`Code`}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      required
      withAsterisk={false}
      {...props}
    />
  );
}
