import { t } from "@lingui/core/macro";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useMay } from "../../api/session";
import { Loading } from "../../components/Loading";
import { NotFound } from "../../components/NotFound";
import { Navigation } from "./Navigation";
import classes from "./Settings.module.css";

type Area =
  | "profile"
  | "security"
  | "developer"
  | "reports"
  | "members"
  | "roles"
  | "organization"
  | "audit-log";

const AREAS: { path: Area; page: ReturnType<typeof lazy>; needs?: string }[] = [
  { path: "profile", page: lazy(() => import("./profile/ProfilePage")) },
  { path: "security", page: lazy(() => import("./security/SecurityPage")) },
  { path: "developer", page: lazy(() => import("./developer/DeveloperPage")) },
  { path: "reports", page: lazy(() => import("./reports/ReportsPage")), needs: "reports:read" },
  {
    path: "members",
    page: lazy(() => import("./members/MembersPage")),
    needs: "members:read",
  },
  { path: "roles", page: lazy(() => import("./roles/RolesPage")) },
  {
    path: "organization",
    page: lazy(() => import("./organization/OrganizationPage")),
  },
  {
    path: "audit-log",
    page: lazy(() => import("./audit/AuditPage")),
    needs: "audit_logs:read",
  },
];

function nameOf(area: Area): string {
  const names: Record<Area, string> = {
    profile: t`Profile`,
    security: t`Security`,
    developer: t`Developer`,
    reports: t`Reports`,
    members: t`Members`,
    roles: t`Roles`,
    organization: t`Organisation`,
    "audit-log": t`Audit log`,
  };
  return names[area];
}

/** The settings of the account and of its organisation; each page is fetched when it is opened. */
export default function SettingsPages() {
  const may = useMay();
  const shown = AREAS.filter(({ needs }) => !needs || may(needs));
  return (
    <div className={classes.area}>
      <Navigation links={shown.map(({ path }) => ({ path, label: nameOf(path) }))} />
      <div className={classes.page}>
        <Suspense fallback={<Loading />}>
          <Switch>
            {AREAS.map(({ path, page }) => (
              <Route key={path} path={`/settings/${path}`} component={page} />
            ))}
            <Route path="/settings">
              <Redirect to="/settings/profile" replace />
            </Route>
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </div>
    </div>
  );
}
