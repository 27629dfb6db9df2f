import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it } from "vitest";
import { row } from "../../../test/fake-heap";
import { viewed } from "../../components/TextViewer/viewed";
import { TextValue } from "./TextValue";

afterEach(() => {
  cleanup();
  viewed.value = null;
});

describe("text of a string", () => {
  it("is never markup", () => {
    const { container } = render(
      <TextValue row={row(8)} text={"<img src=x onerror=alert(1)>"} length={28} />,
    );
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /See all/ })).toBeNull();
  });

  it("says how much of a long text is shown, and opens the viewer for all of it", () => {
    render(<TextValue row={row(8)} text={"x".repeat(4_096)} length={2_000_000} />);
    expect(screen.getByText(/2,000,000 characters, the first 4,096 shown/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "See all 2,000,000" }));
    expect(viewed.value?.place).toEqual({ object: 8 });
  });
});
