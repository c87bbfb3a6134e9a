import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { EditConditions, type EditProps } from "./EditConditions";
import { ThresholdList } from "./ThresholdList";
import { isFilledIn, thresholdInWords, thresholdsOf } from "./thresholds";

/** What a report holds measures against, from its next generation on. */
export function EditThresholds(props: EditProps) {
  return (
    <EditConditions
      title={t`Thresholds`}
      name="thresholds"
      save={t`Save the thresholds`}
      partsOf={thresholdsOf}
      isWhole={isFilledIn}
      inWords={thresholdInWords}
      hint={
        <Trans>
          What is above or below is told first, from the next generation on: in how many periods, when last,
          and when furthest.
        </Trans>
      }
      list={({ parts, fields, error, onChange }) => (
        <ThresholdList thresholds={parts} fields={fields} error={error} onChange={onChange} />
      )}
      {...props}
    />
  );
}
