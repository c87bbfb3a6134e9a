const FAILED =
  "Single sign-on did not work. Try again; if it goes on, tell an administrator of your organisation.";

const WORDS = new Map([
  ["sso_expired", "That sign-in took too long, or was begun in another browser. Begin again."],
  ["sso_refused", "Your identity provider did not let you in. Ask its administrator for access to claribi."],
  [
    "sso_no_account",
    "There is no account here for who you are at your identity provider. Ask an administrator for an invitation.",
  ],
  ["sso_no_seat", "Your organisation has no free seat. Ask its administrators."],
  ["sso_disabled", "This account is disabled. Ask an administrator of your organisation."],
]);

/** What went wrong, by the code that the server adds to the address; never words from the address itself. */
export function ssoError(query: string): string | null {
  const code = new URLSearchParams(query).get("error");
  return code === null ? null : (WORDS.get(code) ?? FAILED);
}
