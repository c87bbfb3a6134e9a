import { t } from "@lingui/core/macro";
import { NavLink } from "@mantine/core";
import { Link, useLocation } from "wouter";
import classes from "./Settings.module.css";

interface Props {
  links: { path: string; label: string }[];
}

/** Beside the page; above it where there is no room. */
export function Navigation({ links }: Props) {
  const [location] = useLocation();
  return (
    <nav aria-label={t`Settings`} className={classes.navigation}>
      {links.map(({ path, label }) => {
        const href = `/settings/${path}`;
        const active = location === href;
        return (
          <NavLink
            key={path}
            component={Link}
            href={href}
            label={label}
            active={active}
            aria-current={active ? "page" : undefined}
            className={classes.link}
            ref={active ? intoView : undefined}
          />
        );
      })}
    </nav>
  );
}

/** On a small screen the links stand in a row that scrolls. */
const intoView = (link: HTMLAnchorElement | null) =>
  link?.scrollIntoView({ block: "nearest", inline: "center" });
