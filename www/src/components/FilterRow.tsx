import { useEffect, useId, useRef, useState } from "preact/hooks";

/** A filter that the engine could not read. */
export interface FilterError {
  key: string;
  message: string;
}

export interface FilterFieldProps {
  column: string;
  title: string;
  numeric: boolean;
  placeholder: string;
  value: string;
  error: string | null;
  /** Which rows it is about, where these are not all. */
  scope?: string | undefined;
  /** The text as it should apply, a short while after the last key. */
  onChange(text: string): void;
  /** Leaves the field for the rows (arrow down, Enter, Escape on an empty field). */
  onLeave(): void;
}

/** How long typing may pause before the filter applies, in milliseconds. */
const TYPING_PAUSE = 180;

/** What a field takes; its tooltip. */
const TEXT_HELP =
  "Text that the name contains, or a regular expression between slashes: /Map(\\$Entry)?$/";
const NUMBER_HELP = "A number: >1M, >=1000, <64K, 1000..2000, or a share of the total: >5%";

/** The filter field of one column. The engine filters; what it cannot read is said right here. */
export function FilterField(props: FilterFieldProps) {
  const { title, numeric, value, error, scope, onChange, onLeave } = props;
  const [text, setText] = useState(value);
  const applied = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();

  // A filter set from elsewhere (a link, Back, "clear") shows up in the field.
  useEffect(() => {
    if (value === applied.current) return;
    applied.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (next: string) => {
    clearTimeout(timer.current);
    if (next === applied.current) return;
    applied.current = next;
    onChange(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      event.stopPropagation();
      apply(text);
      onLeave();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (text === "") onLeave();
      setText("");
      apply("");
    }
  };
  return (
    <span class="filter-field">
      <input
        type="search"
        autoComplete="off"
        spellcheck={false}
        data-filter={props.column}
        aria-label={`Filter by ${title}`}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : id}
        title={`${numeric ? NUMBER_HELP : TEXT_HELP}${scope === undefined ? "" : `. ${scope}`}`}
        placeholder={props.placeholder}
        value={text}
        onInput={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply(next), TYPING_PAUSE);
        }}
        onKeyDown={onKeyDown}
      />
      {error !== null && (
        <span class="filter-error" id={id} role="alert">
          {error}
        </span>
      )}
    </span>
  );
}

export interface FilterRowProps<K extends string> {
  columns: readonly { key: K; title: string; numeric?: boolean; filter?: string }[];
  filter: Partial<Record<K, string>>;
  error: FilterError | null;
  scope?: string;
  rowIndex: number;
  template: string;
  onFilter(filter: Partial<Record<K, string>>): void;
  onLeave(): void;
}

/** The row of filter fields under a table's header. */
export function FilterRow<K extends string>(props: FilterRowProps<K>) {
  const { columns, filter, error, onFilter, onLeave } = props;
  const change = (key: K, text: string) => {
    const next = { ...filter };
    if (text === "") delete next[key];
    else next[key] = text;
    onFilter(next);
  };
  return (
    <div
      role="row"
      class="dt-row dt-filter"
      aria-rowindex={props.rowIndex}
      style={{ gridTemplateColumns: props.template }}
    >
      {columns.map((column, i) => (
        <div role="gridcell" key={column.key} aria-colindex={i + 1} class="dt-cell">
          {column.filter !== undefined && (
            <FilterField
              column={column.key}
              title={column.title}
              numeric={column.numeric === true}
              placeholder={column.filter}
              value={filter[column.key] ?? ""}
              error={error?.key === column.key ? error.message : null}
              scope={props.scope}
              onChange={(text) => change(column.key, text)}
              onLeave={onLeave}
            />
          )}
        </div>
      ))}
    </div>
  );
}

/** Goes to the first filter field of a table. */
export function focusFilter(grid: HTMLElement | null): void {
  const field = grid?.querySelector<HTMLInputElement>("input[data-filter]");
  field?.focus();
  field?.select();
}
