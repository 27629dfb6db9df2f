import type { ComponentChildren } from "preact";
import { isPlainClick } from "../../components/ObjectLink";
import { href, navigate, type Route } from "../../state/route";

/** A link to a place of the page. */
export function RouteLink({
  to,
  title,
  tabIndex,
  children,
}: {
  to: Route;
  title?: string | undefined;
  tabIndex?: number | undefined;
  children: ComponentChildren;
}) {
  return (
    <a
      class="clip"
      href={href(to)}
      title={title}
      tabIndex={tabIndex}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
