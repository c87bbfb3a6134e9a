import { useQueryClient } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import type { Opened } from "./api/home";
import { load, useSessionState } from "./api/session";
import { ErrorBoundary } from "./components/ErrorBoundary";
import { Loading } from "./components/Loading";
import { NotFound } from "./components/NotFound";
import { OpenedContext } from "./components/Opened";
import { PageProblem } from "./components/PageProblem";
import { Shell } from "./components/Shell";
import { HomePage } from "./pages/home/HomePage";
import { UploadsContext, useUploading } from "./pages/home/useUploads";
import { SignInAgain } from "./pages/sign-in/SignInAgain";
import { SignInPage } from "./pages/sign-in/SignInPage";

const AskPage = lazy(() => import("./pages/ask/AskPage"));
const DashboardPage = lazy(() => import("./pages/dashboard/DashboardPage"));
const ForecastsPage = lazy(() => import("./pages/forecast/ForecastsPage"));
const ForecastPage = lazy(() => import("./pages/forecast/ForecastPage"));
const ModelPage = lazy(() => import("./pages/model/ModelPage"));
const ReportPage = lazy(() => import("./pages/report/ReportPage"));
const SourcePage = lazy(() => import("./pages/source/SourcePage"));
const SettingsPages = lazy(() => import("./pages/settings/SettingsPages"));
const SecondFactorFirst = lazy(() => import("./pages/settings/security/SecondFactorFirst"));
const DocsPage = lazy(() => import("./pages/docs/DocsPage"));
const RegisterPage = lazy(() => import("./pages/join/RegisterPage"));
const InvitationPage = lazy(() => import("./pages/join/InvitationPage"));
const ForgotPasswordPage = lazy(() => import("./pages/join/ForgotPasswordPage"));
const ResetPasswordPage = lazy(() => import("./pages/join/ResetPasswordPage"));

export function App() {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/api/v1/docs" component={DocsPage} />
          <Route path="/register" component={RegisterPage} />
          <Route path="/invitation" component={InvitationPage} />
          <Route path="/forgot-password" component={ForgotPasswordPage} />
          <Route path="/reset-password" component={ResetPasswordPage} />
          <Route component={SignedInPages} />
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

/** Without a session the sign-in stands where the page would be, or over it: nobody loses their place or work. */
function SignedInPages() {
  const state = useSessionState();
  const client = useQueryClient();
  const userId = state.kind === "in" ? state.session.user.id : null;
  useEffect(() => {
    // What one user has seen is not there for the next.
    if (userId !== null) return () => client.clear();
  }, [userId, client]);
  switch (state.kind) {
    case "unknown":
      return <Loading />;
    case "failed":
      return <PageProblem error={state.error} retry={load} />;
    case "out":
      return <SignInPage />;
    case "in":
      return (
        <>
          <Gate lacksMfa={state.session.mfa_required} key={userId} />
          {state.ranOut && <SignInAgain onDone={() => client.invalidateQueries()} />}
        </>
      );
  }
}

/** Where the organisation asks for a second factor, it comes before everything else. */
function Gate({ lacksMfa }: { lacksMfa: boolean }) {
  const [closed, setClosed] = useState(lacksMfa);
  // It stays closed until its page is done: backup codes are shown only once.
  if (lacksMfa && !closed) setClosed(true);
  return closed ? <SecondFactorFirst onDone={() => setClosed(false)} /> : <Pages />;
}

function Pages() {
  return (
    <UploadsContext value={useUploading()}>
      <Shell>
        <ErrorBoundary>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path="/" component={HomePage} />
              <Route path="/sign-in">
                <Redirect to="/" replace />
              </Route>
              <Route path="/ask" component={AskPage} />
              <Route path="/dashboards/:id">{({ id }) => about("dashboard", id, DashboardPage)}</Route>
              <Route path="/forecasts" component={ForecastsPage} />
              <Route path="/forecasts/:id">{({ id }) => about("forecast", id, ForecastPage)}</Route>
              <Route path="/models/:id">{({ id }) => <ModelPage id={Number(id)} key={id} />}</Route>
              <Route path="/reports/:id">{({ id }) => about("report", id, ReportPage)}</Route>
              <Route path="/sources/:id">{({ id }) => about("data_source", id, SourcePage)}</Route>
              <Route path="/settings/*?" component={SettingsPages} />
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </Shell>
    </UploadsContext>
  );
}

/** The page of one object, which is remembered once it is shown. */
function about(type: Opened["type"], id: string, Page: ComponentType<{ id: number }>) {
  return (
    <OpenedContext value={{ type, id: Number(id) }} key={id}>
      <Page id={Number(id)} />
    </OpenedContext>
  );
}
