import { Fragment } from "preact";
import type { ElementsWindow, FieldValue, ObjectDetails, ObjectIndex } from "../../engine/protocol";
import { formatBytes, formatCount, quoted, visibleText } from "../../lib/format";
import { useAnswer } from "../../state/session";
import { ObjectLink } from "../ObjectLink";

const FIELDS = 12;
const ELEMENTS = 8;

/** A short look inside the object: its text, first fields and first elements. The object's page has all. */
export function Digest({ object }: { object: ObjectIndex }) {
  const { value: details, stale } = useAnswer((engine) => engine.object(object), [object]);
  if (details === null || (stale && details.row.object !== object)) return null;
  const fields = details.row.kind === "class" ? details.statics : details.fields;
  return (
    <>
      {details.text !== null && <Text details={details} />}
      {fields.length > 0 && (
        <Fields title={details.row.kind === "class" ? "Static fields" : "Fields"} fields={fields} />
      )}
      {details.elements !== null && details.elements.total > 0 && details.text === null && (
        <Elements of={details.elements} />
      )}
    </>
  );
}

function Text({ details }: { details: ObjectDetails }) {
  return (
    <section>
      <h2>Text</h2>
      <p class="pane-text mono">
        {visibleText(details.text ?? "", 600, details.textLength ?? undefined)}
      </p>
    </section>
  );
}

function Fields({ title, fields }: { title: string; fields: FieldValue[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <dl class="pane-values">
        {fields.slice(0, FIELDS).map((field, i) => (
          <Fragment key={`${field.declaredBy} ${field.name} ${i}`}>
            <dt
              class="clip"
              title={visibleText(`${field.type} ${field.declaredBy}.${field.name}`, 300)}
            >
              {visibleText(field.name, 60)}
            </dt>
            <dd class="clip">
              <Value of={field} />
            </dd>
          </Fragment>
        ))}
      </dl>
      {fields.length > FIELDS && (
        <p class="muted small">{formatCount(fields.length - FIELDS)} more on the object's page</p>
      )}
    </section>
  );
}

function Value({ of }: { of: FieldValue }) {
  if (of.target !== null) {
    return (
      <>
        <ObjectLink row={of.target} short />{" "}
        <span class="muted">{formatBytes(of.target.retained ?? of.target.shallow)}</span>
      </>
    );
  }
  if (of.dangling !== null) return <span class="hot">{of.dangling}, not in the dump</span>;
  if (of.primitive === null) return <span class="muted">null</span>;
  return (
    <>
      {of.primitive.startsWith('"')
        ? quoted(of.primitive.slice(1, -1))
        : visibleText(of.primitive, 80)}
    </>
  );
}

function Missing({ address }: { address: string | undefined }) {
  if (address === undefined) return <span class="muted">null</span>;
  return <span class="hot">{address}, not in the dump</span>;
}

function Elements({ of }: { of: ElementsWindow }) {
  const shown = (of.objects ?? of.primitives ?? []).slice(0, ELEMENTS);
  const missing = new Map(of.dangling.map(({ index, address }) => [index, address]));
  return (
    <section>
      <h2>Elements</h2>
      <dl class="pane-values">
        {shown.map((element, i) => (
          <Fragment key={i}>
            <dt>[{of.start + i}]</dt>
            <dd class="clip">
              {element === null ? (
                <Missing address={missing.get(of.start + i)} />
              ) : typeof element === "string" ? (
                visibleText(element, 40)
              ) : (
                <>
                  <ObjectLink row={element} short />{" "}
                  <span class="muted">{formatBytes(element.retained ?? element.shallow)}</span>
                </>
              )}
            </dd>
          </Fragment>
        ))}
      </dl>
      {of.total > shown.length && (
        <p class="muted small">{formatCount(of.total - shown.length)} more on the object's page</p>
      )}
    </section>
  );
}
