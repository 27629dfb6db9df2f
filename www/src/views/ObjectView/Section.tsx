import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useRemembered } from "../../components/DataTableMemory";
import { formatCount } from "../../lib/format";

export interface SectionProps {
  title: string;
  /** Definition on hover. */
  hint?: string;
  /** How many rows it holds, if known. */
  count?: number | null;
  /** Collapsed at first: the content is large or rarely needed. */
  collapsed?: boolean;
  /** Under which name the choice of the reader is remembered. */
  memory: string;
  /** Buttons at the right of the title. */
  actions?: ComponentChildren;
  /** Set to open it from outside (a hotkey); the value is the time of the request. */
  opened?: number;
  id?: string;
  children: ComponentChildren;
}

/** A titled part of a page that can be collapsed. What is collapsed asks the engine nothing. */
export function Section(props: SectionProps) {
  const [state, setState] = useRemembered(props.memory, {
    open: props.collapsed !== true,
    seen: 0,
  });
  const forced = props.opened !== undefined && props.opened > state.seen;
  const open = state.open || forced;
  const id = useId();
  return (
    <div role="group" class="section" id={props.id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>
          <button
            type="button"
            class="section-toggle"
            aria-expanded={open}
            aria-controls={`${id}-body`}
            title={props.hint}
            onClick={() => setState({ open: !open, seen: props.opened ?? 0 })}
          >
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <path d="M3.2 1.5 7 5 3.2 8.5" />
            </svg>
            {props.title}
            {props.count !== undefined && props.count !== null && (
              <span class="section-count">{formatCount(props.count)}</span>
            )}
          </button>
        </h2>
        {open && props.actions}
      </div>
      <div id={`${id}-body`} hidden={!open}>
        {open && props.children}
      </div>
    </div>
  );
}
