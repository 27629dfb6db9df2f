import type { Theme } from "../../lib/theme";
import { setTheme, theme } from "../../state/settings";
import "./ThemeSwitch.css";

const CHOICES: readonly { theme: Theme; label: string; icon: string }[] = [
  { theme: "system", label: "Theme: as the system", icon: "M2 3h12v8H2zM5.5 13.5h5" },
  {
    theme: "light",
    label: "Theme: light",
    icon: "M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13",
  },
  {
    theme: "dark",
    label: "Theme: dark",
    icon: "M13 9.6A5.6 5.6 0 1 1 6.4 3A4.6 4.6 0 0 0 13 9.6z",
  },
];

/** System, light, dark. */
export function ThemeSwitch() {
  return (
    <fieldset class="theme-switch">
      <legend class="visually-hidden">Theme</legend>
      {CHOICES.map((choice) => (
        <button
          key={choice.theme}
          type="button"
          title={choice.label}
          aria-label={choice.label}
          aria-pressed={theme.value === choice.theme}
          onClick={() => setTheme(choice.theme)}
        >
          <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
            <path d={choice.icon} />
          </svg>
        </button>
      ))}
    </fieldset>
  );
}
