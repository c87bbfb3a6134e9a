import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import classes from "./EndpointCard.module.css";
import { limitsOf, objectsIn, resolve, type Schema, typeOf } from "./openapi";
import { Inline } from "./Prose";
import { useSpecification } from "./SpecificationContext";

interface Props {
  schema: Schema;
  /** Whether it is filled in by the reader, who then wants to know what must be there. */
  asked?: boolean;
}

/** The objects that a schema stands for, one under the other. */
export function SchemaView({ schema, asked = false }: Props) {
  const { specification } = useSpecification();
  const objects = objectsIn(schema, specification);
  if (objects.length === 0) return <code className={classes.dimmed}>{typeOf(schema, specification)}</code>;
  return objects.map(({ name, schema: object }, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the alternatives of a schema never move
    <div key={place}>
      {objects.length > 1 && <code className={classes.name}>{place > 0 ? t`or ${name ?? ""}` : name}</code>}
      <Properties schema={object} asked={asked} />
    </div>
  ));
}

function Properties({ schema, asked = false }: Props) {
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    schema: property,
    required: asked && (schema.required?.includes(name) ?? false),
    asked,
  }));
  return <Fields fields={fields} />;
}

interface Field {
  name: string;
  schema: Schema;
  required: boolean;
  asked?: boolean;
  note?: string;
}

export function Fields({ fields }: { fields: Field[] }) {
  return (
    <ul className={classes.tree}>
      {fields.map((field) => (
        <FieldView key={field.name} field={field} />
      ))}
    </ul>
  );
}

function FieldView({ field: { name, schema, required, asked, note } }: { field: Field }) {
  const { specification } = useSpecification();
  const { schema: found } = resolve(schema, specification);
  const nested = objectsIn(schema, specification);
  const facts = [note, required && t`required`, limitsOf(found)].filter(Boolean).join(", ");
  return (
    <li>
      <code>
        <strong>{name}</strong>
      </code>{" "}
      <code className={classes.dimmed}>{typeOf(schema, specification)}</code>{" "}
      {facts && <span className={required ? classes.required : classes.dimmed}>{facts}</span>}
      {found.description && (
        <div>
          <Inline text={found.description} />
        </div>
      )}
      {nested.length > 0 && <Nested schema={schema} asked={asked} />}
    </li>
  );
}

/** Drawn only when it is opened, so a schema may hold itself. */
function Nested(props: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        <Trans>fields</Trans>
      </summary>
      {opened && <SchemaView {...props} />}
    </details>
  );
}
