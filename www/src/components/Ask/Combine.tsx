import { useId } from "preact/hooks";
import { visibleText } from "../../lib/format";
import { type AskedSet, rememberedSet, rememberSet } from "../../state/queries";
import { toast } from "../Toast";
import { type How, WAYS } from "./combination";

export interface CombineProps {
  about: AskedSet;
  /** What is asked about in all: what a press on "Remember" keeps. */
  asked: AskedSet;
  how: How;
  onHow: (how: How) => void;
  onClose: () => void;
}

/** Remembers a set, and combines another with it. */
export function Combine({ about, asked, how, onHow, onClose }: CombineProps) {
  const id = useId();
  const other = rememberedSet.value;
  const remember = () => {
    rememberSet(asked);
    onClose();
    toast("Remembered. Select something else and ask about it to combine the two");
  };
  const isItself = other?.set === about.set;
  return (
    <div class="ask-combine">
      {other !== null && (
        <p>
          <label for={id}>
            The remembered set <bdi class="mono">{visibleText(other.label, 120)}</bdi>
          </label>{" "}
          {isItself ? (
            "is this one."
          ) : (
            <select
              id={id}
              value={how}
              onChange={(event) => onHow(event.currentTarget.value as How)}
            >
              {(Object.keys(WAYS) as How[]).map((way) => (
                <option key={way} value={way}>
                  {WAYS[way]}
                </option>
              ))}
            </select>
          )}
        </p>
      )}
      <button type="button" class="link" onClick={remember}>
        {other === null ? "Remember this set to combine it with another" : "Remember this instead"}
      </button>
      {other !== null && (
        <button
          type="button"
          class="link"
          onClick={() => {
            rememberSet(null);
            onHow("alone");
          }}
        >
          Forget it
        </button>
      )}
    </div>
  );
}
