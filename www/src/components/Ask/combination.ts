/** How the set that is asked about and the remembered one become one. */
import { combinedSet, retainedSet } from "../../lib/request";
import type { AskedSet } from "../../state/queries";

export type How = "alone" | "either" | "both" | "without" | "missing";

/** What becomes of "The remembered set". */
export const WAYS: Readonly<Record<How, string>> = {
  alone: "is not used",
  either: "is added: what is in either",
  both: "limits this one: what is in both",
  without: "is taken away from this one",
  missing: "is meant, without this one",
};

/** The one set; the first alone where nothing is remembered. */
export function combine(about: AskedSet, other: AskedSet | null, how: How): AskedSet {
  if (other === null) return about;
  switch (how) {
    case "alone":
      return about;
    case "either":
      return joined("union", about, "or", other);
    case "both":
      return joined("intersection", about, "that are also", other);
    case "without":
      return joined("difference", about, "without", other);
    case "missing":
      return joined("difference", other, "without", about);
  }
}

function joined(
  how: Parameters<typeof combinedSet>[0],
  one: AskedSet,
  word: string,
  other: AskedSet,
): AskedSet {
  return {
    set: combinedSet(how, one.set, other.set),
    label: `(${one.label}) ${word} (${other.label})`,
  };
}

/** The set and all that would be freed with it. */
export const withRetained = ({ set, label }: AskedSet): AskedSet => ({
  set: retainedSet(set),
  label: `${label} and all that would go with it`,
});
