import { ChainSwitch } from "../../components/ChainSwitch";
import { CopyPath } from "../../components/CopyPath";
import { ErrorPanel } from "../../components/States";
import type { ObjectRow } from "../../engine/protocol";
import { definition } from "../../lib/glossary";
import { useAnswer } from "../../state/session";
import { GarbageHolder } from "../Unreachable/GarbageHolder";
import { PathChain } from "./PathChain";
import { Section } from "./Section";
import type { SectionPlace } from "./sections";

export interface PathSectionProps {
  row: ObjectRow;
  section: SectionPlace;
}

/** The shortest path from a GC root, or why there is none. */
export function PathSection({ row, section }: PathSectionProps) {
  const answer = useAnswer((ask) => ask.pathToRoot(row.object), [row.object]);
  const path = answer.value;
  const found = path !== null && path.steps.length > 0;
  const actions = found && (
    <>
      <ChainSwitch folds={path.folds.length} />
      <CopyPath path={path} />
    </>
  );
  return (
    <Section {...section} title="Path to GC root" hint={definition("pathToRoot")} actions={actions}>
      {answer.error !== null && <ErrorPanel error={answer.error} />}
      {answer.pending && path === null && <p class="soft">Looking for the shortest path…</p>}
      {found && <PathChain key={row.object} path={path} />}
      {path !== null && !found && !path.weakOnly && <GarbageHolder row={row} />}
      {path !== null && !found && path.weakOnly && (
        <p class="soft">
          Only weak, soft, phantom or finalizer references lead here: the collector may free it when
          it must.
        </p>
      )}
    </Section>
  );
}
