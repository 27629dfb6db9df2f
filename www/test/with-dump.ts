/** What tests of views begin with: the double's dump is open, and nothing is left behind. */
import { cleanup } from "@testing-library/preact";
import { afterEach, beforeEach, vi } from "vitest";
import { pretendLayout } from "../src/components/DataTableTestLayout";
import { openDump, provideEngine, reset } from "../src/state/session";
import { FakeEngine } from "./fake-engine";

/** Opens the dump before each test of a file. */
export function withDump(): void {
  beforeEach(async () => {
    pretendLayout();
    provideEngine(new FakeEngine());
    await openDump(new File(["x"], "a.hprof"));
  });

  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
    reset();
  });
}
