/** The mark and the name. */
export function Logo() {
  return (
    <span class="logo">
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle class="logo-ring" cx="8" cy="8" r="6" />
        <path class="logo-hand" d="M8 8V4.6" />
      </svg>
      Heapglass
    </span>
  );
}
