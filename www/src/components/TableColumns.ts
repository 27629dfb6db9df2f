/** The columns of a table on screen: what the width allows and the person chose. */
import { chooseColumn, columnChoice, forgetColumns, tableKey } from "../state/columnChoice";
import { fittingColumns, leastWidth } from "./DataTableColumns";

interface AnyColumn {
  key: string;
  title: string;
  hint: string;
  width: number;
  hideBelow?: number;
}

/** A column as the menu of the table offers it. */
export interface OfferedColumn {
  title: string;
  hint: string;
  shown: boolean;
  /** False for the column that names the row, and for one whose filter is at work. */
  optional: boolean;
  toggle(): void;
}

export interface ShownColumns<C> {
  shown: C[];
  /** All but what the person hid: what copies and exports hold. */
  copied: C[];
  offered: OfferedColumn[];
  /** Width in pixels below which the table scrolls sideways; null: it never does. */
  least: number | null;
  /** Null while nothing was chosen. */
  reset: (() => void) | null;
}

/**
 * Chosen columns win over the width; the first column, which names the row, and columns that are `pinned` (their
 * filter says which rows are there) cannot be hidden.
 */
export function shownColumns<C extends AnyColumn>(
  columns: readonly C[],
  width: number,
  pinned: (column: C) => boolean = () => false,
): ShownColumns<C> {
  const table = tableKey(columns);
  const choice = columnChoice(table);
  const fitting = new Set(fittingColumns(columns, width));
  const fixed = (column: C, at: number) => at === 0 || pinned(column);
  const isShown = (column: C, at: number) =>
    fixed(column, at) || (choice[at] ?? fitting.has(column));
  const shown = columns.filter(isShown);
  const least = leastWidth(shown);
  return {
    shown,
    copied: columns.filter((column, at) => fixed(column, at) || choice[at] !== false),
    offered: columns.map((column, at) => ({
      title: column.title,
      hint: column.hint,
      shown: isShown(column, at),
      optional: !fixed(column, at),
      toggle: () => chooseColumn(table, at, !isShown(column, at)),
    })),
    least: width > 0 && least > width ? least : null,
    reset: Object.keys(choice).length === 0 ? null : () => forgetColumns(table),
  };
}
