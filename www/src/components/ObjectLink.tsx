import type { ClassRef, ObjectRow } from "../engine/protocol";
import { formatCount, isolated, splitJavaName, visibleName, visibleText } from "../lib/format";
import { noteOf } from "../state/notes";
import { classRoute, href, navigate, objectRoute, type Route } from "../state/route";
import { remember, select } from "../state/session";
import { NoteDot } from "./Notes/NoteDot";

/** A Java name with its package greyed and cut from the left when room is short, or left out when `short`. */
export function JavaNameText({
  name,
  value,
  short = false,
}: {
  name: string;
  value?: string | null | undefined;
  short?: boolean;
}) {
  const parts = splitJavaName(visibleName(name));
  return (
    <span class="jname">
      {parts.prefix !== "" && <span class="muted">class&nbsp;</span>}
      {parts.package !== "" && !short && (
        <span class="pkg">
          <bdi dir="ltr">
            {parts.package
              .split(/([!-\-/-~]\.)/)
              .map((part, i) => (i % 2 === 0 ? part : <span key={i}>{part}</span>))}
          </bdi>
        </span>
      )}
      <span class="simple">{parts.simple}</span>
      {value !== null && value !== undefined && (
        <span class="value">{visibleText(value, 120)}</span>
      )}
    </span>
  );
}

/** Leaves clicks that ask for a new tab to the browser. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

function go(event: MouseEvent, to: Route, before: () => void): void {
  if (!isPlainClick(event)) return;
  event.preventDefault();
  before();
  navigate(to);
}

/** Name, value and address of an object in one line of plain text. */
export function describeObject(row: ObjectRow): string {
  const value = row.value === null ? "" : ` ${visibleText(row.value, 120)}`;
  const retained = row.retained === null ? "" : ` · ${formatCount(row.retained)} bytes retained`;
  return `${isolated(visibleName(row.name) + value)}\n${row.address}${retained}`;
}

/** A link to an object: goes to its page and selects it. */
export function ObjectLink({
  row,
  tabIndex,
  short = false,
}: {
  row: ObjectRow;
  tabIndex?: number;
  short?: boolean;
}) {
  const to = objectRoute(row.address);
  return (
    <a
      class={noteOf(row.address) === undefined ? "clip" : "clip noted"}
      href={href(to)}
      title={describeObject(row)}
      tabIndex={tabIndex}
      onClick={(event) =>
        go(event, to, () => {
          select(row);
          remember(row);
        })
      }
    >
      <NoteDot address={row.address} />
      <JavaNameText name={row.name} value={row.value} short={short} />
    </a>
  );
}

/** A link to a class: goes to its page and selects it. */
export function ClassLink({ of, tabIndex }: { of: ClassRef; tabIndex?: number }) {
  const to = classRoute(of.name, of.class);
  return (
    <a
      class="clip"
      href={href(to)}
      title={visibleName(of.name)}
      tabIndex={tabIndex}
      onClick={(event) => go(event, to, () => select(of))}
    >
      <JavaNameText name={of.name} />
    </a>
  );
}
