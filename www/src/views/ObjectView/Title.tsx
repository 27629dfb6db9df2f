import { copyAndTell } from "../../components/Copy";
import { Count, Share, Size } from "../../components/Figures";
import { ClassLink, JavaNameTitle, ObjectLink } from "../../components/ObjectLink";
import { RetainedSize } from "../../components/RetainedSize";
import type { ObjectDetails } from "../../engine/protocol";
import { formatOffset } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { facts } from "../../state/session";
import { Fact, FactRow } from "./Facts";
import { Hierarchy } from "./Hierarchy";
import { Marks } from "./Marks";

/** What the object is: name, value, address, sizes, class and its super classes. */
export function Title({ details }: { details: ObjectDetails }) {
  const { row, loader, represents } = details;
  const heap = facts.value?.usedHeap ?? 0;
  return (
    <header class="object-head">
      <h1 id="object-title" tabIndex={-1}>
        <JavaNameTitle name={row.name} value={row.value} />
      </h1>
      <p class="object-line">
        <button
          type="button"
          class="link mono"
          title={`${definition("address")} Click to copy.`}
          onClick={() => void copyAndTell(row.address, "Address copied")}
        >
          {row.address}
        </button>
        <Marks row={row} />
        {represents !== null && (
          <span>
            represents <ClassLink of={represents} />
          </span>
        )}
      </p>
      <FactRow>
        <Fact label="Retained" term={row.unreachable ? "retainedUnreachable" : "retained"}>
          <RetainedSize row={row} />
        </Fact>
        {!row.unreachable && (
          <Fact label="Of heap" term="share">
            <Share part={row.retained} whole={heap} />
          </Fact>
        )}
        <Fact label="Shallow" term="shallow">
          <Size bytes={row.shallow} />
        </Fact>
        {row.length !== null && (
          <Fact label="Length" term="length">
            <Count of={row.length} />
          </Fact>
        )}
        <Fact label="Dominates" term="dominated">
          <Count of={row.dominated} />
        </Fact>
        <Fact label="Class">
          <ClassLink of={row.class} />
        </Fact>
        {loader !== null && (
          <Fact label="Class loader" term="classLoader">
            <ObjectLink row={loader} />
          </Fact>
        )}
        {details.fileOffset !== null && (
          <Fact label="In the file at">
            <span class="num" title="Offset of the record in the uncompressed dump">
              {formatOffset(details.fileOffset)}
            </span>
          </Fact>
        )}
      </FactRow>
      <Hierarchy of={details.hierarchy} />
    </header>
  );
}
