/** Type-ahead in trees: letters jump to the next line on view whose name begins so. Pure but for the clock. */
import { splitJavaName } from "../lib/format";

/** Letters that follow each other faster than this are one beginning. */
const TOGETHER_MS = 800;

/** What has been typed so far in one tree. */
export class TypeAhead {
  private typed = "";
  private last = Number.NEGATIVE_INFINITY;

  /** The beginning that is looked for after this letter. */
  add(letter: string, now: number): string {
    const goesOn = now - this.last < TOGETHER_MS;
    // The same letter again means the next one, not a doubled letter.
    this.typed = goesOn && this.typed !== letter ? this.typed + letter : letter;
    this.last = now;
    return this.typed;
  }

  /** Nothing begins with all that was typed: the last letter begins a new one. */
  restart(letter: string): string {
    this.typed = letter;
    return letter;
  }
}

/**
 * The next line after `current` whose name, with or without its package, begins like that, regardless of case; -1 for
 * none. A beginning of several letters may keep the current line.
 */
export function nextByName(
  names: readonly (string | null)[],
  current: number,
  beginning: string,
): number {
  const first = beginning.length > 1 ? Math.max(current, 0) : current + 1;
  for (let step = 0; step < names.length; step++) {
    const at = (first + step) % names.length;
    const name = names[at];
    if (name != null && begins(name, beginning.toLowerCase())) return at;
  }
  return -1;
}

function begins(name: string, wanted: string): boolean {
  const { package: pkg, simple } = splitJavaName(name);
  return (
    simple.toLowerCase().startsWith(wanted) || `${pkg}${simple}`.toLowerCase().startsWith(wanted)
  );
}
