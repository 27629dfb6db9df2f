import { useEffect, useRef } from "preact/hooks";
import { href, type Route, route } from "../../state/route";
import { facts, lacks, phase, progress, ready } from "../../state/session";
import { paneOpen } from "../../state/settings";
import { ClassView } from "../../views/ClassView/ClassView";
import { Dominators } from "../../views/Dominators/Dominators";
import { Histogram } from "../../views/Histogram/Histogram";
import { Loaders } from "../../views/Loaders/Loaders";
import { Loading, LoadingStrip } from "../../views/Loading/Loading";
import { MapView } from "../../views/Map/MapView";
import { ObjectView } from "../../views/ObjectView/ObjectView";
import { Outside } from "../../views/Outside/Outside";
import { Overview } from "../../views/Overview/Overview";
import { PartialOverview } from "../../views/Partial/PartialOverview";
import { Properties } from "../../views/Properties/Properties";
import { Query } from "../../views/Query/Query";
import { Questions } from "../../views/Query/Questions";
import { Roots } from "../../views/Roots/Roots";
import { Suspects } from "../../views/Suspects/Suspects";
import { Thread } from "../../views/Threads/Thread";
import { Threads } from "../../views/Threads/Threads";
import { Unreachable } from "../../views/Unreachable/Unreachable";
import { IncompleteNote, NotComputed, partNeeded } from "../Incomplete";
import { useSelectionKeys } from "../Pane/keys";
import { SelectionPane } from "../Pane/SelectionPane";
import { toast } from "../Toast";
import { Failed } from "./Failed";
import { Footer } from "./Footer";
import { Header } from "./Header";
import { Nav } from "./Nav";
import "./Shell.css";

/** Three places, always the same: questions on the left, the answer in the middle, the selection on the right. */
export function Shell() {
  const withPane = ready.value && paneOpen.value;
  useSelectionKeys();
  return (
    <div class={withPane ? "shell with-pane" : "shell"}>
      <Header />
      <Nav />
      <Middle />
      {withPane && <SelectionPane />}
      <Footer />
    </div>
  );
}

function Middle() {
  const main = useRef<HTMLElement>(null);
  const place = route.value;
  const now = phase.value;
  const kind = placeKey(place);
  const meanwhile =
    now === "loading" && place.view === "histogram" && progress.value?.histogramReady === true;
  // Who looks at the histogram while the rest loads is not torn away when it is done.
  const looking = meanwhile || now === "ready";
  useFocusOnArrival(main, `${looking ? "view" : now} ${kind}`);
  useDoneNote(meanwhile, now === "ready");
  return (
    <main ref={main} class="shell-main scroll" tabIndex={-1} id="main">
      {now === "failed" && <Failed />}
      {now === "loading" && !meanwhile && <Loading />}
      {meanwhile && <LoadingStrip />}
      {now === "ready" && place.view !== "overview" && <IncompleteNote />}
      {looking && <View place={place} key={kind} />}
    </main>
  );
}

/** Titles of views that may lack their part. */
const NOT_COMPUTED: Partial<Record<Route["view"], string>> = {
  suspects: "Leak suspects",
  outside: "Outside the heap",
};

function View({ place }: { place: Route }) {
  const part = partNeeded(place);
  if (part !== null && lacks(part)) {
    const title = NOT_COMPUTED[place.view] ?? "Dominator tree";
    return <NotComputed title={title} part={part} />;
  }
  const known = facts.value;
  if (place.view === "overview" && known !== null && known.incomplete !== null)
    return <PartialOverview facts={known} incomplete={known.incomplete} />;
  switch (place.view) {
    case "overview":
      return <Overview />;
    case "suspects":
      return <Suspects route={place} />;
    case "outside":
      return <Outside />;
    case "histogram":
      return <Histogram route={place} />;
    case "class":
      return <ClassView route={place} />;
    case "dominators":
      return <Dominators route={place} />;
    case "map":
      return <MapView route={place} />;
    case "object":
      return <ObjectView route={place} />;
    case "unreachable":
    case "forest":
      return <Unreachable route={place} />;
    case "questions":
      return <Questions />;
    case "query":
      return <Query route={place} />;
    case "threads":
    case "stacks":
      return <Threads route={place} />;
    case "thread":
      return <Thread route={place} key={place.place} />;
    case "loaders":
    case "duplicates":
      return <Loaders route={place} />;
    case "roots":
      return <Roots />;
    case "properties":
      return <Properties />;
  }
}

/** Tells who looks at the histogram meanwhile that the rest is there now. */
function useDoneNote(meanwhile: boolean, done: boolean): void {
  const waited = useRef(false);
  useEffect(() => {
    if (done && waited.current)
      toast("The dump is analysed: retained sizes and suspects are there");
    waited.current = meanwhile;
  }, [meanwhile, done]);
}

/** What makes two routes different pages: the filter of the histogram and the open node of the tree do not. */
function placeKey(place: Route): string {
  if (place.view === "forest") return "unreachable";
  if (place.view === "query") return href({ ...place, sort: null, filters: [] });
  if (place.view === "stacks") return "threads";
  if (place.view === "duplicates") return "loaders";
  return ["object", "class", "thread"].includes(place.view) ? href(place) : place.view;
}

/** After a change of place the keyboard and the screen reader start at its heading. */
function useFocusOnArrival(main: { current: HTMLElement | null }, place: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const element = main.current;
    if (!element) return;
    element.scrollTop = 0;
    if (focusHeading(element)) return;
    // The view still waits for its answer: the focus waits in the middle for the heading to appear.
    element.focus({ preventScroll: true });
    const watch = new MutationObserver(() => {
      if (document.activeElement !== element || focusHeading(element)) watch.disconnect();
    });
    watch.observe(element, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [place]);
}

function focusHeading(place: HTMLElement): boolean {
  const heading = place.querySelector("h1");
  if (heading === null) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
