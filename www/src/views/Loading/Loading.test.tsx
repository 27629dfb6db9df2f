import { cleanup, fireEvent, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { Dialog } from "../../components/Dialog";
import { installHotkeys } from "../../lib/hotkeys";
import { openDump, phase, provideEngine, reset } from "../../state/session";
import { Loading } from "./Loading";

let stop: () => void;
beforeEach(() => {
  provideEngine(new FakeEngine("loading"));
  stop = installHotkeys(window);
});
afterEach(() => {
  stop();
  cleanup();
  reset();
});

it("Escape is for the dialog on top before it is for the load", () => {
  void openDump(new File(["x"], "a.hprof"));
  const { rerender } = render(
    <>
      <Loading />
      <Dialog label="Notes" kind="test" onClose={() => {}}>
        text
      </Dialog>
    </>,
  );
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(phase.value).toBe("loading");
  rerender(<Loading />);
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(phase.value).toBe("empty");
});
