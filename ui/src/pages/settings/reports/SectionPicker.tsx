import { t } from "@lingui/core/macro";
import { ActionIcon, Checkbox, Fieldset, Group, Input, Stack } from "@mantine/core";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { SectionKey } from "../../../api/types";
import { sectionNames } from "../../report/names";

interface Props {
  chosen: SectionKey[];
  onChange: (chosen: SectionKey[]) => void;
  error: string | undefined;
}

/** Which sections there are and in which order; those that are not chosen come last. */
export function SectionPicker({ chosen, onChange, error }: Props) {
  const names = sectionNames();
  const others = (Object.keys(names) as SectionKey[]).filter((key) => !chosen.includes(key));
  const none = chosen.length === 0 ? t`Choose at least one section.` : undefined;

  function swap(place: number, by: 1 | -1) {
    const moved = [...chosen];
    const [one] = moved.splice(place, 1);
    if (one) moved.splice(place + by, 0, one);
    onChange(moved);
  }

  return (
    <Fieldset legend={t`Sections, in their order`} p="sm">
      <Stack gap={4}>
        {[...chosen, ...others].map((key, place) => {
          const isChosen = place < chosen.length;
          const name = names[key];
          return (
            <Group key={key} justify="space-between" wrap="nowrap" mih={28}>
              <Checkbox
                label={name}
                checked={isChosen}
                onChange={() => onChange(isChosen ? chosen.filter((one) => one !== key) : [...chosen, key])}
              />
              {isChosen && (
                <Group gap={2} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t`${name} further up`}
                    disabled={place === 0}
                    onClick={() => swap(place, -1)}
                  >
                    <ArrowUp size={15} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t`${name} further down`}
                    disabled={place === chosen.length - 1}
                    onClick={() => swap(place, 1)}
                  >
                    <ArrowDown size={15} />
                  </ActionIcon>
                </Group>
              )}
            </Group>
          );
        })}
      </Stack>
      {(error ?? none) && <Input.Error mt={6}>{error ?? none}</Input.Error>}
    </Fieldset>
  );
}
