import { vi } from "vitest";

/** Height of every scroll area in tests, in pixels. */
export const VIEW_HEIGHT = 480;

/**
 * happy-dom has no layout. This gives each scroll area a height of 480 px, a content as high as its list says, and a
 * `scrollTo` that moves and tells like a browser's. For tests only; undone by `vi.restoreAllMocks`.
 */
export function pretendLayout(): void {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(VIEW_HEIGHT);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(function (
    this: HTMLElement,
  ) {
    const list = this.querySelector<HTMLElement>(".dt-body");
    return 60 + Number.parseFloat(list?.style.height ?? "0");
  });
  vi.spyOn(HTMLElement.prototype, "scrollTo").mockImplementation(function (
    this: HTMLElement,
    options: unknown,
  ) {
    this.scrollTop = (options as ScrollToOptions).top ?? 0;
    this.dispatchEvent(new Event("scroll"));
  });
}
