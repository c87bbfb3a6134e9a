import { t } from "@lingui/core/macro";
import { api, take } from "./client";
import type { SignedIn } from "./types";

/** Passkeys belong to a name, not to an address of the network; older browsers can't read the options. */
export const canUsePasskeys =
  typeof PublicKeyCredential !== "undefined" &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential &&
  !/^[\d.]+$|:/.test(location.hostname);

/** Have the browser make a passkey, and keep it under this name. */
export async function addPasskey(name: string): Promise<void> {
  const { token, options } = await take(api.POST("/api/v1/auth/passkeys/options"));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = await given(navigator.credentials.create({ publicKey }));
  await take(api.POST("/api/v1/auth/passkeys", { body: { name, token, credential } }));
}

/** Sign in with a passkey; `mfa_token`: as the second step after the password. */
export async function signInByPasskey(mfa_token: string | null = null): Promise<SignedIn> {
  const { token, options } = await take(
    api.POST("/api/v1/auth/passkeys/sign-in/options", { body: { mfa_token } }),
  );
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await given(navigator.credentials.get({ publicKey }));
  return take(api.POST("/api/v1/auth/passkeys/sign-in", { body: { token, credential, mfa_token } }));
}

/** What the browser gave, as JSON. */
async function given(answer: Promise<Credential | null>): Promise<Record<string, unknown>> {
  try {
    const credential = await answer;
    if (credential instanceof PublicKeyCredential) return { ...credential.toJSON() };
  } catch (error) {
    throw new Error(wordsOf(error));
  }
  throw new Error(t`The browser gave no passkey.`);
}

/** Browsers tell by design little of why; the name of the error is what there is. */
function wordsOf(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return t`No passkey was used: it was cancelled, or took too long.`;
  if (name === "InvalidStateError") return t`This device has a passkey for your account already.`;
  return t`The browser could not use a passkey here.`;
}
