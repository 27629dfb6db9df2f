import type { ComponentChildren } from "preact";

/** Shares below this are not drawn. */
const LEAST_SHARE = 0.006;

/** A figure with a bar behind it that shows its share of the largest, 0..1. Orange when it is suspected. */
export function BarCell(props: { share: number; hot?: boolean; children: ComponentChildren }) {
  const share = Number.isFinite(props.share) ? Math.max(0, Math.min(1, props.share)) : 0;
  // A bar thinner than a pixel says less than none.
  const width = share < LEAST_SHARE ? "0" : `${(share * 100).toFixed(2)}%`;
  return (
    <span class={props.hot === true ? "bar-cell bar-hot" : "bar-cell"}>
      <i class="bar-fill" style={{ width }} aria-hidden="true" />
      <span class="bar-text">{props.children}</span>
    </span>
  );
}

/** Stands where a figure is still being computed. */
export function Computing(props: { what: string }) {
  return (
    <span class="computing" title={`${props.what}: being computed`}>
      <span class="visually-hidden">being computed</span>
      <i aria-hidden="true" />
    </span>
  );
}
