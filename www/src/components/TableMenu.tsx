import { useEffect, useRef, useState } from "preact/hooks";
import type { OfferedColumn } from "./TableColumns";
import "./TableMenu.css";

/** Something that can be done with all rows of a table. */
export interface TableAction {
  label: string;
  hint: string;
  run(): void;
}

export interface TableMenuProps {
  /** What the table holds: "Class histogram". */
  table: string;
  columns: readonly OfferedColumn[];
  /** Back to the usual columns; null while they are shown. */
  onReset: (() => void) | null;
  actions: readonly TableAction[];
}

/** The small menu at the right end of a table's head: columns, copy, export. */
export function TableMenu(props: TableMenuProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    place.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && place.current?.contains(event.target) === true) return;
      setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  return (
    <div
      class="table-menu"
      role="group"
      aria-label="What to do with the table"
      ref={place}
      onKeyDown={(event) => open && onMenuKey(event, close)}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !event.currentTarget.contains(to)) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        class="table-menu-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`Columns, copy and export: ${props.table}`}
        title="Columns, copy and export"
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      {open && <Items {...props} onDone={() => close(true)} />}
    </div>
  );
}

function Items({ table, columns, onReset, actions, onDone }: TableMenuProps & { onDone(): void }) {
  return (
    <div class="table-menu-list" role="menu" aria-label={table}>
      {actions.map((action) => (
        <button
          type="button"
          key={action.label}
          role="menuitem"
          tabIndex={-1}
          title={action.hint}
          onClick={() => {
            onDone();
            action.run();
          }}
        >
          {action.label}
        </button>
      ))}
      <div role="group" aria-label="Columns">
        <div class="table-menu-title" aria-hidden="true">
          Columns
        </div>
        {columns.map((column, at) => (
          <button
            type="button"
            key={`${at} ${column.title}`}
            role="menuitemcheckbox"
            tabIndex={-1}
            aria-checked={column.shown}
            aria-disabled={!column.optional}
            title={column.hint}
            onClick={() => column.optional && column.toggle()}
          >
            <i aria-hidden="true">{column.shown ? "✓" : ""}</i>
            {column.title}
          </button>
        ))}
        {onReset !== null && (
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            title="Show as many columns as the width allows"
            onClick={() => {
              onDone();
              onReset();
            }}
          >
            Usual columns
          </button>
        )}
      </div>
    </div>
  );
}

/** Arrows, Home and End move; a letter goes to the next item that begins so; Escape and Tab leave. */
function onMenuKey(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  close: (refocus: boolean) => void,
): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = menuTarget(
    event.key,
    at,
    items.map((item) => item.textContent.replace("✓", "")),
  );
  // Letters are not meant for the page behind the menu.
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  if (event.key === "Tab") {
    // The browser moves on from the button.
    close(true);
    return;
  }
  if (event.key === "Escape") close(true);
  else if (to !== null) items[to]?.focus();
  else return;
  event.preventDefault();
}

/** The item that a key leads to; null for a key that does not move. */
export function menuTarget(key: string, at: number, labels: readonly string[]): number | null {
  const count = labels.length;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return at <= 0 ? count - 1 : at - 1;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key.length !== 1 || key === " ") return null;
  const begins = (i: number) => labels[i]?.toLowerCase().startsWith(key.toLowerCase()) === true;
  for (let step = 1; step <= count; step++) {
    const i = (Math.max(at, 0) + step) % count;
    if (begins(i)) return i;
  }
  return null;
}
