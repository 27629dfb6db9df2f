/**
 * A dotted name that may break after its dots. Copied and read aloud it is unchanged: of a `wbr`, assistive
 * technology makes a space.
 */
export function Breakable({ text, class: look }: { text: string; class?: string }) {
  return (
    <bdi class={look}>
      {text.split(/(?<=\.)(?=\D|$)/).map((part, i) => (
        <span key={i} class={part.endsWith(".") ? "may-break" : undefined}>
          {part}
        </span>
      ))}
    </bdi>
  );
}
