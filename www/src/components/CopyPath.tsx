import type { Path } from "../engine/protocol";
import { CopyLink } from "./Copy";
import { pathAsMarkdown, pathAsText } from "./pathText";

/** The two ways to take a path along. */
export function CopyPath({ path }: { path: Path }) {
  return (
    <>
      <CopyLink text={() => pathAsText(path)} said="Path copied">
        Copy as text
      </CopyLink>
      <CopyLink text={() => pathAsMarkdown(path)} said="Path copied as Markdown">
        Copy as Markdown
      </CopyLink>
    </>
  );
}
