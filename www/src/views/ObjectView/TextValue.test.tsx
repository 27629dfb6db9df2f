import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it } from "vitest";
import { TextValue, visibleLines } from "./TextValue";

afterEach(cleanup);

describe("text of a string", () => {
  it("keeps its lines and shows every other control character", () => {
    expect(visibleLines("a\r\nb\u0007\u202ec")).toBe("a\nb␇\\u202ec");
  });

  it("is never markup", () => {
    const { container } = render(<TextValue text={"<img src=x onerror=alert(1)>"} length={28} />);
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeTruthy();
  });

  it("says how much of a long text is shown, and shows the rest on demand", () => {
    render(<TextValue text={"x".repeat(10_000)} length={2_000_000} />);
    expect(screen.getByText(/2,000,000 characters, the first 4,000 shown/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Show 10,000" }));
    expect(screen.getByText(/the first 10,000 shown/)).toBeTruthy();
    expect(screen.getByLabelText("Text").textContent).toHaveLength(10_000);
  });
});
