import type { QueryGroup, QuestionFacts } from "../../engine/protocol";

const TITLES: Record<QueryGroup, string> = {
  holders: "Who holds it",
  weight: "Where the weight is",
  waste: "What could be saved",
  strings: "Texts and arrays",
  collections: "Collections",
  references: "References and finalizers",
  others: "Classes and the rest",
};

/** Questions under the headings of the catalogue; headings without one are left out. */
export function byGroup(questions: readonly QuestionFacts[]) {
  return (Object.keys(TITLES) as QueryGroup[])
    .map((group) => ({
      group,
      title: TITLES[group],
      questions: questions.filter((question) => question.group === group),
    }))
    .filter((of) => of.questions.length > 0);
}
