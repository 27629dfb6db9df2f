/** Where the page is: a place and its text in `location.hash`. */
import { signal } from "@preact/signals";
import { href, parseRoute } from "./address";
import { OVERVIEW, type Route } from "./places";

export { href, parseRoute } from "./address";
export * from "./places";

/** The place the page shows. */
export const route = signal<Route>(OVERVIEW);

/** Goes to a place; with `replace` without a new step in the browser's history. */
export function navigate(to: Route, options: { replace?: boolean } = {}): void {
  const hash = href(to);
  route.value = to;
  if (hash === location.hash) return;
  if (options.replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
}

/** Follows the address bar, Back and Forward. An unknown hash shows the overview. */
export function followLocation(): () => void {
  const read = () => {
    route.value = parseRoute(location.hash) ?? OVERVIEW;
  };
  read();
  addEventListener("hashchange", read);
  addEventListener("popstate", read);
  return () => {
    removeEventListener("hashchange", read);
    removeEventListener("popstate", read);
  };
}
