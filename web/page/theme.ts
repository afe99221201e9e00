import { byId } from "./dom";

type Theme = "light" | "dark";
const key = "conversation.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Follows the system until the button says otherwise; the choice is kept. */
export function setUpTheme(onChange: () => void): void {
  const button = byId("theme");
  const chosen = () => localStorage.getItem(key) as Theme | null;
  const present = (): Theme => chosen() ?? (dark.matches ? "dark" : "light");
  const apply = () => {
    document.documentElement.dataset.theme = present();
    const other = present() === "dark" ? "light" : "dark";
    button.setAttribute("aria-label", `Switch to ${other} colours`);
    button.title = `Switch to ${other} colours`;
    button.innerHTML =
      other === "light"
        ? '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.4 1.4M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4"/></svg>'
        : '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/></svg>';
    onChange();
  };
  button.addEventListener("click", () => {
    localStorage.setItem(key, present() === "dark" ? "light" : "dark");
    apply();
  });
  dark.addEventListener("change", apply);
  apply();
}
