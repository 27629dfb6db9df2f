import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, it } from "vitest";
import type { Answer } from "../engine/protocol";
import { wholeBlobs } from "../lib/pieces";
import { SaveButton } from "./SaveButton";

afterEach(cleanup);

/** Something of four pieces, each of which comes when `next` is called. */
function slow() {
  const waiting: (() => void)[] = [];
  const ends: string[] = [];
  const save = async (onShare: (share: number) => void, stop: () => boolean) => {
    const whole = await wholeBlobs(
      (start) =>
        new Promise<Answer<{ next: number; total: number }>>((resolve) =>
          waiting.push(() => resolve({ ok: true, value: { next: start + 1, total: 4 } })),
        ),
      () => "piece",
      onShare,
      stop,
    );
    ends.push(whole.ok ? await new Blob(whole.value).text() : String(whole.error));
  };
  const next = async () => {
    await waitFor(() => expect(waiting).toHaveLength(1));
    waiting.pop()?.();
  };
  return { save, next, ends };
}

const button = (name: RegExp) => screen.findByRole("button", { name });

it("saving says how far it is", async () => {
  const { save, next, ends } = slow();
  render(<SaveButton label="Save" class="button" save={save} />);
  fireEvent.click(await button(/^Save$/));
  for (const percent of [0, 25, 50, 75]) {
    expect(await button(new RegExp(`Saving, ${percent} %`))).toBeTruthy();
    await next();
  }
  await button(/^Save$/);
  expect(ends).toEqual(["piecepiecepiecepiece"]);
});

it("saving ends when it is cancelled, and when its place is left", async () => {
  for (const leave of [false, true]) {
    const { save, next, ends } = slow();
    const { unmount } = render(<SaveButton label="Save" class="button" save={save} />);
    fireEvent.click(await button(/^Save$/));
    await next();
    await button(/Saving, 25 %/);
    if (!leave) fireEvent.click(await button(/Cancel/));
    else unmount();
    // Leaving is heard after the next picture.
    await new Promise((later) => setTimeout(later, 80));
    await next();
    await waitFor(() => expect(ends).toEqual(["stopped"]));
    unmount();
  }
});
