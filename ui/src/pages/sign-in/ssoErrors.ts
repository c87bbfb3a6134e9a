import { t } from "@lingui/core/macro";

/** What went wrong, by the code that the server adds to the address; never words from the address itself. */
export function ssoError(query: string): string | null {
  switch (new URLSearchParams(query).get("error")) {
    case null:
      return null;
    case "sso_expired":
      return t`That sign-in took too long, or was begun in another browser. Begin again.`;
    case "sso_refused":
      return t`Your identity provider did not let you in. Ask its administrator for access to claribi.`;
    case "sso_no_account":
      return t`There is no account here for who you are at your identity provider. Ask an administrator for an invitation.`;
    case "sso_no_seat":
      return t`Your organisation has no free seat. Ask its administrators.`;
    case "sso_disabled":
      return t`This account is disabled. Ask an administrator of your organisation.`;
    default:
      return t`Single sign-on did not work. Try again; if it goes on, tell an administrator of your organisation.`;
  }
}
