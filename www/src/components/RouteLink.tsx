import type { ComponentChildren } from "preact";
import { href, navigate, type Route } from "../state/route";

export interface RouteLinkProps {
  to: Route;
  class?: string;
  title?: string | undefined;
  tabIndex?: number | undefined;
  "aria-label"?: string;
  "aria-current"?: "page" | undefined;
  /** Done before the page goes there; not for a click that asks for a new tab. */
  onGo?: (() => void) | undefined;
  children: ComponentChildren;
}

/** A link to a place of the page. */
export function RouteLink({ to, onGo, children, ...rest }: RouteLinkProps) {
  return (
    <a
      {...rest}
      href={href(to)}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        onGo?.();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}

/** Leaves clicks that ask for a new tab to the browser. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}
