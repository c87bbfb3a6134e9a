import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { ReportSettings } from "../../../api/types";
import { isColor } from "./contrast";
import classes from "./Sample.module.css";

interface Props {
  look: Pick<ReportSettings, "accent" | "font">;
  logo: string | null;
}

/** The head of a report as it will look; paper is white in the dark, too. */
export function Sample({ look, logo }: Props) {
  const accent = isColor(look.accent) ? look.accent : "#000000";
  return (
    <figure className={classes.sheet} data-font={look.font} aria-label={t`How a report begins`}>
      {logo && <img src={logo} alt="" className={classes.logo} />}
      <p className={classes.title} style={{ color: accent }}>
        <Trans>The title of a report</Trans>
      </p>
      <hr style={{ background: accent }} />
      <p className={classes.heading} style={{ color: accent }}>
        <Trans>A section of it</Trans>
      </p>
      <p>
        <Trans>Every number leads to the query and the data it came from.</Trans>
      </p>
    </figure>
  );
}
