import { api, take } from "../api/client";
import { end } from "../api/session";

/** The cookie is the server's to take away: whoever can't reach it stays signed in, and is told. */
export async function signOut(): Promise<void> {
  await take(api.POST("/api/v1/auth/logout"));
  end();
}
