import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Menu, NativeSelect, type NativeSelectProps, SegmentedControl } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { sentence } from "../api/errors";
import { choose, LANGUAGES, type Language, useLanguage } from "../i18n";
import { Problem } from "./Problem";

const ALL = Object.entries(LANGUAGES) as [Language, string][];

/** The languages that there are, each in its own words. */
export function LanguageSelect(props: NativeSelectProps) {
  const language = useLanguage();
  const change = useMutation({ mutationFn: choose });
  return (
    <NativeSelect
      {...props}
      aria-label={t`Language`}
      value={language}
      error={change.error && sentence(change.error)}
      onChange={(event) => change.mutate(event.currentTarget.value as Language)}
    >
      {ALL.map(([one, name]) => (
        <option key={one} value={one} lang={one}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}

/** The same with all of them in sight. */
export function LanguageControl() {
  const language = useLanguage();
  const change = useMutation({ mutationFn: choose });
  return (
    <div>
      <SegmentedControl
        aria-label={t`Language`}
        value={language}
        data={ALL.map(([value, label]) => ({ value, label }))}
        onChange={(one) => change.mutate(one as Language)}
      />
      {change.error && <Problem error={change.error} />}
    </div>
  );
}

export function LanguageItems() {
  const language = useLanguage();
  const change = useMutation({ mutationFn: choose });
  return (
    <>
      <Menu.Label>
        <Trans>Language</Trans>
      </Menu.Label>
      <Menu.RadioGroup value={language} onChange={(one) => change.mutate(one as Language)}>
        {ALL.map(([one, name]) => (
          <Menu.RadioItem key={one} value={one} lang={one}>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}
