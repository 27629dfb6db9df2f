import type { ClassRef, ObjectRow } from "../engine/protocol";
import { formatCount, isolated, splitJavaName, visibleName, visibleText } from "../lib/format";
import { noteOf } from "../state/notes";
import { classRoute, objectRoute } from "../state/route";
import { remember, select } from "../state/session";
import { NoteDot } from "./Notes/NoteDot";
import { RouteLink } from "./RouteLink";

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
  return (
    <RouteLink
      class={noteOf(row.address) === undefined ? "clip" : "clip noted"}
      to={objectRoute(row.address)}
      title={describeObject(row)}
      tabIndex={tabIndex}
      onGo={() => {
        select(row);
        remember(row);
      }}
    >
      <NoteDot address={row.address} />
      <JavaNameText name={row.name} value={row.value} short={short} />
    </RouteLink>
  );
}

/** A link to a class: goes to its page and selects it. */
export function ClassLink({ of, tabIndex }: { of: ClassRef; tabIndex?: number }) {
  return (
    <RouteLink
      class="clip"
      to={classRoute(of.name, of.class)}
      title={visibleName(of.name)}
      tabIndex={tabIndex}
      onGo={() => select(of)}
    >
      <JavaNameText name={of.name} />
    </RouteLink>
  );
}
