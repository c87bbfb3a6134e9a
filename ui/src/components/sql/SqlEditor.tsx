import { autocompletion, completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder as placeholding } from "@codemirror/view";
import { t } from "@lingui/core/macro";
import { Input } from "@mantine/core";
import { useId } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef } from "react";
import { completing, dialectOf, type Schema } from "./completion";
import { look } from "./look";

interface Props {
  label: string;
  description?: string;
  error?: ReactNode;
  placeholder: string;
  longest: number;
  engine: string;
  schema: Schema;
  value: string;
  onChange: (value: string) => void;
}

/**
 * A field for SQL that knows the source: keywords, tables, columns and functions are offered while one writes,
 * and with Ctrl+Space. Tab leaves it like any other field.
 */
export default function SqlEditor({ label, description, error, placeholder, longest, ...props }: Props) {
  const { engine, schema, value, onChange } = props;
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changeable = useRef({ language: new Compartment(), attributes: new Compartment() }).current;
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };

  useEffect(() => {
    const editor = new EditorView({
      parent: place.current ?? undefined,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          drawSelection(),
          bracketMatching(),
          // As many as are seen at once: a list that scrolls would need the focus.
          autocompletion({ icons: false, maxRenderedOptions: 10 }),
          EditorState.phrases.of({ Completions: t`What fits here` }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorState.changeFilter.of(({ newDoc }) => newDoc.length <= longest),
          placeholding(placeholder),
          changeable.language.of([]),
          changeable.attributes.of([]),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) latest.current.onChange(state.doc.toString());
          }),
          look,
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [changeable, longest, placeholder]);

  useEffect(() => {
    const dialect = dialectOf(engine);
    const language = sql({ dialect, schema, upperCaseKeywords: true });
    const columns = dialect.language.data.of({ autocomplete: completing(schema, dialect) });
    view.current?.dispatch({ effects: changeable.language.reconfigure([language, columns]) });
  }, [changeable, engine, schema]);

  useEffect(() => {
    const attributes = EditorView.contentAttributes.of(({ state }) => ({
      "aria-labelledby": `${id}-label`,
      "aria-describedby": `${id}-description${error ? ` ${id}-error` : ""}`,
      "aria-invalid": String(!!error),
      // Escape closes what is offered, not the drawer around the field.
      "data-mantine-stop-propagation": String(completionStatus(state) !== null),
    }));
    view.current?.dispatch({ effects: changeable.attributes.reconfigure(attributes) });
  }, [changeable, error, id]);

  useEffect(() => {
    const { current } = view;
    const there = current?.state.doc.toString();
    if (current && there !== value) {
      current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
    }
  }, [value]);

  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: `${id}-label`, onClick: () => view.current?.focus() }}
      description={description}
      descriptionProps={{ id: `${id}-description` }}
      error={error}
      errorProps={{ id: `${id}-error` }}
      inputWrapperOrder={["label", "description", "input", "error"]}
    >
      <div ref={place} />
    </Input.Wrapper>
  );
}
