import type { Answer, ClassDetails, ClassIndex, Engine } from "../../engine/protocol";

/** How many hits are searched for a class of that very name. */
const HITS = 50;

/** Whether a link's text names this class: in full, or by its simple name. */
export function namesClass(text: string, className: string): boolean {
  return text === className || className.endsWith(`.${text}`) || className.endsWith(`$${text}`);
}

/**
 * The class that a link means. Numbers of classes differ from dump to dump: when the number belongs to a class of
 * another name, the name decides.
 */
export async function findClass(
  ask: Engine,
  id: ClassIndex,
  name: string,
): Promise<Answer<ClassDetails>> {
  const byNumber = await ask.classDetails(id);
  if (byNumber.ok && namesClass(name, byNumber.value.class.name)) return byNumber;
  const hits = await ask.search(name, HITS);
  if (!hits.ok) return hits;
  const hit = hits.value.find((found) => found.kind === "class" && found.text === name);
  if (hit !== undefined && hit.class !== null) return ask.classDetails(hit.class);
  const message = `This dump has no class ${name}.`;
  return {
    ok: false,
    error: {
      kind: "notFound",
      message,
      offset: null,
      advice: "The link may come from another dump.",
    },
  };
}
