import { visibleText } from "../../lib/format";

/** "tomcat-embed-core-9.0.53.jar; fixed in 9.0.54", as far as it is known. */
export function versionText(versions: string[], fixedIn: string[]): string {
  const seen = versions.map((version) => visibleText(version, 200)).join(", ");
  const fixed = fixedIn.length === 0 ? "" : `fixed in ${fixedIn.join(", ")}`;
  return [seen, fixed].filter((part) => part !== "").join("; ");
}
