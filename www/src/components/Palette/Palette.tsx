import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { visibleName, visibleText } from "../../lib/format";
import { ready, useAnswer } from "../../state/session";
import { Dialog } from "../Dialog";
import { JavaNameText } from "../ObjectLink";
import { fixedItems, hitItem, type Item } from "./items";
import "./Palette.css";

export const paletteOpen = signal(false);
const LIMIT = 40;

/** Find and go: classes by name, objects by address, places and actions. */
export function Palette() {
  if (!paletteOpen.value) return null;
  return <OpenPalette />;
}

function OpenPalette() {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { items, nothing } = useItems(text);
  const at = Math.min(chosen, items.length - 1);
  const close = () => {
    paletteOpen.value = false;
  };
  const choose = (i: number) => {
    const item = items[i];
    if (!item) return;
    close();
    item.run();
  };
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen(Math.min(at + 1, items.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
    else if (event.key === "Enter") choose(at);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Find" kind="palette" onClose={close}>
      <input
        type="text"
        class="palette-input"
        placeholder={ready.value ? "Class, address, place, action" : "Action"}
        aria-label="Find a class, address, place or action"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={items.length > 0 ? `palette-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id="palette-list" class="palette-list" role="listbox" aria-label="Found">
        {items.map((item, i) => (
          <Option
            key={`${item.kind} ${item.text} ${i}`}
            item={item}
            id={`palette-${i}`}
            chosen={i === at}
            onPoint={() => setChosen(i)}
            onChoose={() => choose(i)}
          />
        ))}
      </div>
      {items.length === 0 && (
        <p class="palette-none soft" role="status">
          {nothing}
        </p>
      )}
    </Dialog>
  );
}

/** What fits the text: places and actions at once, then what the engine finds; and what to say if nothing does. */
function useItems(text: string): { items: Item[]; nothing: string } {
  const typed = text.trim();
  const loaded = ready.value;
  const found = useAnswer(
    (engine) => (loaded && typed !== "" ? engine.search(typed, LIMIT) : null),
    [typed, loaded],
  );
  const items = [...fixedItems(text, loaded), ...(found.value ?? []).map(hitItem)];
  const none = `Nothing is called "${visibleText(typed, 60)}".`;
  return { items, nothing: found.error?.message ?? (found.pending ? "Searching" : none) };
}

interface OptionProps {
  item: Item;
  id: string;
  chosen: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Option({ item, id, chosen, onPoint, onChoose }: OptionProps) {
  const named = item.kind === "class" || item.kind === "object";
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      title={visibleName(item.text)}
      onMouseMove={onPoint}
      onClick={onChoose}
    >
      {named ? <JavaNameText name={item.text} /> : <span>{item.text}</span>}
      <span class="muted small num">{visibleText(item.detail, 60)}</span>
    </div>
  );
}
