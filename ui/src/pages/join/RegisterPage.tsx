import { Redirect, useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { useSession } from "../../api/session";
import { RegisterForm } from "./RegisterForm";
import { type Pending, VerifyForm } from "./VerifyForm";

/** Two steps: who registers, and the code from the mail. The second one survives a reload. */
export default function RegisterPage() {
  const session = useSession();
  const pending = useHistoryState<Pending | null>();
  const [, navigate] = useLocation();
  if (session) return <Redirect to="/" replace />;
  if (pending) return <VerifyForm pending={pending} onBack={() => navigate("/register", { state: null })} />;
  return <RegisterForm onPending={(state) => navigate("/register", { state })} />;
}
