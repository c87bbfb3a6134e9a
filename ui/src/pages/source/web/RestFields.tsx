import { t } from "@lingui/core/macro";
import { NumberInput, Select, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import type { WebFieldsProps } from "./WebFields";
import { optionsOf, type PagesKind, pagesKinds } from "./web";

/** Where the records are in an answer, and how the next page is asked for. */
export function RestFields({ filled, onChange, refused }: WebFieldsProps) {
  return (
    <>
      <TextInput
        label={t`Path to the records`}
        description={t`Such as data.items; empty: the answer is the list itself`}
        maxLength={500}
        autoComplete="off"
        value={filled.rows}
        onChange={(event) => onChange({ rows: event.currentTarget.value })}
        error={refused("rows")}
      />
      <TagsInput
        label={t`Parameters`}
        description={t`As name=value; enter adds one. They are shown to others; a secret belongs below.`}
        maxTags={50}
        acceptValueOnBlur
        value={filled.query}
        onChange={(query) => onChange({ query })}
        error={refused("query")}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t`Pages`}
          data={optionsOf(pagesKinds())}
          value={filled.pages}
          allowDeselect={false}
          onChange={(to) => to && onChange({ pages: to as PagesKind, parameter: "" })}
        />
        {filled.pages === "cursor" && (
          <TextInput
            label={t`Where the cursor stands`}
            placeholder="meta.next"
            maxLength={500}
            required
            withAsterisk={false}
            value={filled.path}
            onChange={(event) => onChange({ path: event.currentTarget.value })}
            error={refused("pages.path")}
          />
        )}
        {["page", "offset", "cursor"].includes(filled.pages) && (
          <TextInput
            label={t`Sent as`}
            description={filled.pages === "cursor" ? t`Empty: it is the address of the next page` : undefined}
            placeholder={filled.pages === "cursor" ? "cursor" : filled.pages}
            maxLength={100}
            value={filled.parameter}
            onChange={(event) => onChange({ parameter: event.currentTarget.value })}
            error={refused("pages.parameter")}
          />
        )}
        {filled.pages === "page" && (
          <Select
            label={t`The first page is`}
            data={["1", "0"]}
            value={String(filled.first)}
            allowDeselect={false}
            onChange={(to) => onChange({ first: to === "0" ? 0 : 1 })}
          />
        )}
        {filled.pages === "offset" && (
          <>
            <NumberInput
              label={t`Records of a page`}
              placeholder="100"
              min={1}
              max={100_000}
              allowDecimal={false}
              value={filled.limit}
              onChange={(limit) => onChange({ limit: Number(limit) || "" })}
              error={refused("pages.limit")}
            />
            <TextInput
              label={t`Their number is sent as`}
              placeholder="limit"
              maxLength={100}
              value={filled.limitParameter}
              onChange={(event) => onChange({ limitParameter: event.currentTarget.value })}
              error={refused("pages.limit_parameter")}
            />
          </>
        )}
      </SimpleGrid>
    </>
  );
}
