import { BarCell } from "../../components/BarCell";
import { Count, Hint, Size } from "../../components/Figures";
import { ClassLink } from "../../components/ObjectLink";
import { RouteLink } from "../../components/RouteLink";
import { ErrorPanel } from "../../components/States";
import type { HistogramRow, SuspectReport } from "../../engine/protocol";
import { exactBytes, formatBytes, formatCount } from "../../lib/format";
import { HISTOGRAM } from "../../state/route";
import { useAnswer } from "../../state/session";

const SHOWN = 10;

/** The top of the histogram by retained size. */
export function LargestClasses({ report }: { report: SuspectReport | null }) {
  const { value: top, error } = useAnswer(
    (engine) =>
      engine.histogram({
        sort: { key: "retained", descending: true },
        filter: {},
        start: 0,
        count: SHOWN,
      }),
    [],
  );
  const suspected = suspectedClasses(report);
  return (
    <section aria-labelledby="largest" class="largest">
      <h2 id="largest">Largest classes</h2>
      {error !== null && <ErrorPanel error={error} />}
      <table class="largest-table">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">
              <Hint term="instances">Objects</Hint>
            </th>
            <th scope="col">
              <Hint term="shallow">Shallow</Hint>
            </th>
            <th scope="col" aria-sort="descending">
              <Hint term="retainedClass">Retained ↓</Hint>
            </th>
          </tr>
        </thead>
        <tbody>
          {top === null
            ? Array.from({ length: SHOWN }, (_, i) => (
                <tr key={i}>
                  <td colSpan={4}>&nbsp;</td>
                </tr>
              ))
            : top.rows.map((row) => (
                <Row key={row.class} row={row} largest={top.maxRetained} hot={suspected(row)} />
              ))}
        </tbody>
      </table>
      {top !== null && top.total > top.rows.length && (
        <p>
          <RouteLink to={HISTOGRAM}>All {formatCount(top.total)} classes</RouteLink>
        </p>
      )}
    </section>
  );
}

function Row({ row, largest, hot }: { row: HistogramRow; largest: number | null; hot: boolean }) {
  return (
    <tr>
      <td>
        <ClassLink of={row} />
      </td>
      <td>
        <Count of={row.instances} />
      </td>
      <td>
        <Size bytes={row.shallow} />
      </td>
      <td title={row.retained === null ? undefined : exactBytes(row.retained)}>
        {row.retained !== null && (
          <BarCell share={largest ? row.retained / largest : 0} hot={hot}>
            {formatBytes(row.retained)}
          </BarCell>
        )}
      </td>
    </tr>
  );
}

/** Whether a class is named by a suspect: as the holder or as what piled up. */
function suspectedClasses(report: SuspectReport | null): (row: HistogramRow) => boolean {
  const ids = new Set<number>();
  const names = new Set<string>();
  for (const suspect of report?.suspects ?? []) {
    if (suspect.pile) ids.add(suspect.pile.class.class);
    // A class object is of class java.lang.Class: the class it stands for is known by name.
    if (suspect.object?.kind === "class") names.add(suspect.object.name);
    else ids.add(suspect.class.class);
  }
  return (row) => ids.has(row.class) || names.has(`class ${row.name}`);
}
