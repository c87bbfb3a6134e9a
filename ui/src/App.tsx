import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Redirect, Route, Switch } from "wouter";
import { getSession, useSession } from "./api/session";
import { ErrorBoundary } from "./components/ErrorBoundary";
import { Loading } from "./components/Loading";
import { NotFound } from "./components/NotFound";
import { Shell } from "./components/Shell";
import { HomePage } from "./pages/home/HomePage";
import { UploadsContext, useUploading } from "./pages/home/useUploads";
import { SignInPage } from "./pages/sign-in/SignInPage";

const DashboardPage = lazy(() => import("./pages/dashboard/DashboardPage"));
const ReportPage = lazy(() => import("./pages/report/ReportPage"));
const SourcePage = lazy(() => import("./pages/source/SourcePage"));
const DeveloperPage = lazy(() => import("./pages/settings/DeveloperPage"));
const DocsPage = lazy(() => import("./pages/docs/DocsPage"));

export function App() {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/api/v1/docs">
            <DocsPage />
          </Route>
          <Route>
            <SignedInPages />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

/** Without a session the sign-in stands where the page would be, so nobody loses their place. */
function SignedInPages() {
  const session = useSession();
  const client = useQueryClient();
  const userId = session?.user.id;
  useEffect(() => {
    // What one user has seen is not there for the next.
    if (userId === undefined && getSession() === null) client.clear();
  }, [userId, client]);
  return session ? <Pages key={session.user.id} /> : <SignInPage />;
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
              <Route path="/dashboards/:id">{({ id }) => <DashboardPage id={Number(id)} key={id} />}</Route>
              <Route path="/reports/:id">{({ id }) => <ReportPage id={Number(id)} key={id} />}</Route>
              <Route path="/sources/:id">{({ id }) => <SourcePage id={Number(id)} key={id} />}</Route>
              <Route path="/settings/developer" component={DeveloperPage} />
              <Route path="/settings">
                <Redirect to="/settings/developer" replace />
              </Route>
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </Shell>
    </UploadsContext>
  );
}
