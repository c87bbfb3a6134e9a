import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Report } from "../../api/types";
import { RefusedPart } from "../../components/RefusedPart";
import { isWhole } from "../dashboard/edit/question";
import { FilterList } from "../dashboard/filters/FilterList";
import { inWords } from "../dashboard/filters/view";
import { EditConditions, type EditProps } from "./EditConditions";

const filtersOf = (report: Report) => report.filters;

/** Which rows a report looks at, from its next generation on. */
export function EditFilters(props: EditProps) {
  return (
    <EditConditions
      title={t`Filters`}
      name="filters"
      save={t`Save the filters`}
      partsOf={filtersOf}
      isWhole={isWhole}
      inWords={inWords}
      hint={
        <Trans>
          Only rows that meet all of these are looked at, from the next generation on. The report says so.
        </Trans>
      }
      list={({ parts, fields, question, error, onChange }) => (
        <FilterList
          filters={parts}
          fields={fields}
          question={question}
          onChange={onChange}
          problems={(place) => <RefusedPart error={error} list="filters" place={place} />}
        />
      )}
      {...props}
    />
  );
}
