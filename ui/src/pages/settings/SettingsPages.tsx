import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useMay } from "../../api/session";
import { Loading } from "../../components/Loading";
import { NotFound } from "../../components/NotFound";
import { Navigation } from "./Navigation";
import classes from "./Settings.module.css";

const AREAS = [
  { path: "profile", label: "Profile", page: lazy(() => import("./profile/ProfilePage")) },
  { path: "security", label: "Security", page: lazy(() => import("./security/SecurityPage")) },
  { path: "developer", label: "Developer", page: lazy(() => import("./developer/DeveloperPage")) },
  {
    path: "members",
    label: "Members",
    page: lazy(() => import("./members/MembersPage")),
    needs: "members:read",
  },
  { path: "roles", label: "Roles", page: lazy(() => import("./roles/RolesPage")) },
  {
    path: "organization",
    label: "Organisation",
    page: lazy(() => import("./organization/OrganizationPage")),
  },
  {
    path: "audit-log",
    label: "Audit log",
    page: lazy(() => import("./audit/AuditPage")),
    needs: "audit_logs:read",
  },
];

/** The settings of the account and of its organisation; each page is fetched when it is opened. */
export default function SettingsPages() {
  const may = useMay();
  const shown = AREAS.filter(({ needs }) => !needs || may(needs));
  return (
    <div className={classes.area}>
      <Navigation links={shown} />
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
