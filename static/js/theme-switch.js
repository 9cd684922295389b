// theme-switch: a button that turns light into dark and back, and remembers the choice in this browser.
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.abort = new AbortController();
    this.addEventListener("click", () => this.toggle(), { signal: this.abort.signal });
  }

  disconnectedCallback() {
    this.abort.abort();
  }

  toggle() {
    const root = document.documentElement;
    const theme = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("sage-theme", root.dataset.theme);
    } catch {
      // Storage may be blocked; the choice then holds for this page.
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
