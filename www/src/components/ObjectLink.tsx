import type { ClassRef, ObjectRow } from "../engine/protocol";
import {
  exactBytes,
  isolated,
  simpleName,
  splitJavaName,
  visibleName,
  visibleText,
} from "../lib/format";
import { noteOf } from "../state/notes";
import { classRoute, objectRoute } from "../state/route";
import { remember, select } from "../state/session";
import { Breakable } from "./Breakable";
import "./Notes/Notes.css";
import { RouteLink } from "./RouteLink";

interface JavaNameProps {
  name: string;
  value?: string | null | undefined;
  /** Without the package. */
  short?: boolean;
}

/**
 * A Java name with its package greyed and cut from the left when room is short. The parts are boxes of their own,
 * between which assistive technology puts spaces: the element around says the name by a label.
 */
function JavaNameParts({ name, value, short = false }: JavaNameProps) {
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

/** A Java name that is no link: seen in parts, heard whole. */
export function JavaNameText(props: JavaNameProps) {
  if (props.short) return <JavaNameParts {...props} />;
  return (
    <>
      <span class="visually-hidden">{spoken(props)}</span>
      <span class="jname-seen" aria-hidden="true">
        <JavaNameParts {...props} />
      </span>
    </>
  );
}

/** A Java name with room for several lines. */
export function JavaNameTitle({ name, value }: JavaNameProps) {
  const parts = splitJavaName(visibleName(name));
  return (
    <span class="jname-title">
      {parts.prefix !== "" && <span class="muted">class&nbsp;</span>}
      <Breakable class="muted" text={parts.package} />
      <bdi>{parts.simple}</bdi>
      {value !== null && value !== undefined && (
        <>
          {" "}
          <bdi class="value">{visibleText(value, 120)}</bdi>
        </>
      )}
    </span>
  );
}

/** The name in one piece, with the value behind it. */
function spoken({ name, value, short = false }: JavaNameProps): string {
  const full = visibleName(name);
  const said = short ? simpleName(full) : full;
  return value === null || value === undefined ? said : `${said} ${visibleText(value, 120)}`;
}

/** Name, value and address of an object in one line of plain text. */
export function describeObject(row: ObjectRow): string {
  const value = row.value === null ? "" : ` ${visibleText(row.value, 120)}`;
  const retained = row.retained === null ? "" : ` · ${exactBytes(row.retained)} retained`;
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
      aria-label={(noteOf(row.address) === undefined ? "" : "Noted: ") + spoken({ ...row, short })}
      tabIndex={tabIndex}
      onGo={() => {
        select(row);
        remember(row);
      }}
    >
      <JavaNameParts name={row.name} value={row.value} short={short} />
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
      aria-label={visibleName(of.name)}
      tabIndex={tabIndex}
      onGo={() => select(of)}
    >
      <JavaNameParts name={of.name} />
    </RouteLink>
  );
}
