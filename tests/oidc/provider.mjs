// An OpenID provider for the tests: any user name signs in; it decides what the claims say.
//   node provider.mjs PORT REDIRECT_URI
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

// "ada+unverified@example.com" has an address that was not verified; "ada+sales@…" is in the group sales.
function claimsOf(id) {
  const tag = /\+(\w+)@/.exec(id)?.[1] ?? "";
  return {
    sub: id,
    email: id.replace(/\+(unverified|sales)@/, "@"),
    email_verified: tag !== "unverified",
    given_name: "Ada",
    family_name: "Lovelace",
    groups: tag === "sales" ? ["everybody", "sales"] : ["everybody"],
  };
}

const provider = new Provider(issuer, {
  clients: [{ client_id: "claribi", client_secret: "a secret of the tests", redirect_uris: [redirect] }],
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["given_name", "family_name", "groups"],
  },
  findAccount: (_context, id) => ({ accountId: id, claims: () => claimsOf(id) }),
  pkce: { required: () => true },
  cookies: { keys: ["the tests' own"] },
});
provider.listen(Number(port), () => console.log(`listening ${issuer}`));
