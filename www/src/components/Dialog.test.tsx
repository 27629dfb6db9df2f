import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Dialog } from "./Dialog";

const onClose = vi.fn();
const Page = ({ dialogs }: { dialogs: readonly string[] }) => (
  <>
    <button type="button">opener</button>
    {dialogs.map((name) => (
      <Dialog key={name} label={name} kind="test" onClose={onClose}>
        <input aria-label={`field of ${name}`} />
      </Dialog>
    ))}
  </>
);
const focusIn = (name: string) => screen.getByLabelText(`field of ${name}`).focus();

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("a dialog that the page takes away", () => {
  it("is closed while it is still in the document, where the browser can give the focus back", () => {
    const wasThere: boolean[] = [];
    vi.spyOn(HTMLDialogElement.prototype, "close").mockImplementation(function (
      this: HTMLDialogElement,
    ) {
      wasThere.push(this.isConnected);
    });
    const { rerender } = render(<Page dialogs={["a"]} />);
    rerender(<Page dialogs={[]} />);
    expect(wasThere).toEqual([true]);
  });

  it("gives the focus back, also through another dialog that it was opened from", () => {
    const { rerender } = render(<Page dialogs={[]} />);
    const opener = screen.getByRole("button", { name: "opener" });
    opener.focus();
    rerender(<Page dialogs={["a"]} />);
    focusIn("a");
    rerender(<Page dialogs={["a", "b"]} />);
    focusIn("b");
    rerender(<Page dialogs={["b"]} />);
    rerender(<Page dialogs={[]} />);
    expect(document.activeElement).toBe(opener);
  });

  it("does not say later that it was closed: another one may be open by then", async () => {
    const { rerender } = render(<Page dialogs={["a"]} />);
    rerender(<Page dialogs={[]} />);
    await new Promise((later) => setTimeout(later, 80));
    expect(onClose).not.toHaveBeenCalled();
  });
});
