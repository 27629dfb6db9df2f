import { useMemo } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { fieldNameText, viewed } from "../../components/TextViewer/viewed";
import type { FieldValue } from "../../engine/protocol";
import { simpleName, visibleName, visibleText } from "../../lib/format";
import { select } from "../../state/session";
import { listSource, NamedObject, objectText, openObject, retainedColumn } from "./objectColumns";

export interface FieldsProps {
  label: string;
  fields: readonly FieldValue[];
  /** Names the object or class and the dump, so that a new one starts a new table. */
  subject: string;
}

/** Fields with their values; a row with an object is a link to it. */
export function Fields({ label, fields, subject }: FieldsProps) {
  const source = useMemo(() => listSource<FieldValue, string>(subject, fields), [subject, fields]);
  const mixed = new Set(fields.map((field) => field.declaredBy)).size > 1;
  const columns: Column<FieldValue, string>[] = mixed ? [...COLUMNS, DECLARED_BY] : COLUMNS;
  return (
    <DataTable
      label={label}
      columns={columns}
      source={source}
      noun={["field", "fields"]}
      maxRows={24}
      memory={`${subject}:${label}`}
      onSelect={(field) => field.target !== null && select(field.target)}
      onOpen={(field) => field.target !== null && openObject(field.target)}
    />
  );
}

/** The value of a field: a link, a primitive, null, or a reference into nowhere. */
export function FieldValueCell({ field }: { field: FieldValue }) {
  if (field.target !== null) return <NamedObject row={field.target} />;
  if (field.dangling !== null) {
    return (
      <span title="The dump does not hold the object at this address.">
        <code>{field.dangling}</code> <span class="badge hot">not in the dump</span>
      </span>
    );
  }
  if (field.primitive === null) return <span class="muted">null</span>;
  const text = visibleText(field.primitive);
  return <code title={text}>{text}</code>;
}

/** The name of a field, with the door to all of it where it is too long for any table. */
export function FieldName(props: { name: string; longName: string | null; title: string }) {
  const { longName } = props;
  return (
    <>
      <code class="clip" title={props.title}>
        {visibleName(props.name)}
      </code>
      {longName !== null && (
        <button
          type="button"
          class="link whole-name"
          tabIndex={-1}
          onClick={() => {
            viewed.value = fieldNameText(longName);
          }}
        >
          all of it
        </button>
      )}
    </>
  );
}

function valueText(field: FieldValue): string {
  if (field.target !== null) return objectText(field.target);
  if (field.dangling !== null) return `${field.dangling} (not in the dump)`;
  return field.primitive === null ? "null" : visibleText(field.primitive);
}

const COLUMNS: Column<FieldValue, string>[] = [
  {
    key: "name",
    title: "Field",
    hint: "Name of the field, sub class before super class.",
    width: 120,
    grow: 1,
    cell: (field) => (
      <FieldName
        name={field.name}
        longName={field.longName}
        title={`${visibleText(field.type)} ${visibleName(field.name)}, declared by ${visibleName(field.declaredBy)}`}
      />
    ),
    text: (field) => visibleName(field.name),
  },
  {
    key: "type",
    title: "Type",
    hint: "Type of the field as the dump knows it: a primitive, or Object for every reference.",
    width: 72,
    cell: (field) => <code class="muted">{visibleText(field.type)}</code>,
    text: (field) => visibleText(field.type),
  },
  {
    key: "value",
    title: "Value",
    hint: "The primitive, or the object that the field refers to.",
    width: 180,
    grow: 3,
    cell: (field) => <FieldValueCell field={field} />,
    text: valueText,
  },
  { ...retainedColumn<FieldValue>((field) => field.target), width: 96, grow: 0.3, hideBelow: 460 },
];

const DECLARED_BY: Column<FieldValue, string> = {
  key: "declaredBy",
  title: "Declared by",
  hint: "Class that declares the field.",
  width: 110,
  grow: 0.6,
  hideBelow: 600,
  cell: (field) => (
    <span class="soft" title={visibleName(field.declaredBy)}>
      {simpleName(visibleName(field.declaredBy))}
    </span>
  ),
  text: (field) => visibleName(field.declaredBy),
};
