// Loaded before the first paint, so a chosen theme never flashes. Without a choice the browser's own preference holds.
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem("sage-theme");
  } catch {
    // Storage may be blocked; then every page follows the browser.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
