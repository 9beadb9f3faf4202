// How the reader wants pages to look: light or dark, normal or large print. Kept in this browser only.
// Loaded in the head of every page, before anything is drawn. Buttons say what they switch: data-view="theme" or "size".
(() => {
  const KEY = "policy-view";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let view = {};

  function read() {
    try {
      view = JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      view = {}; // storage is closed or holds something else: the defaults stand
    }
  }

  function show() {
    root.dataset.theme = view.theme || (dark.matches ? "dark" : "light");
    root.dataset.size = view.size === "large" ? "large" : "normal";
    for (const button of document.querySelectorAll("[data-view]")) {
      const on = button.dataset.view === "theme" ? root.dataset.theme === "dark" : root.dataset.size === "large";
      button.setAttribute("aria-pressed", String(on));
    }
  }

  function turn(what) {
    if (what === "theme") view.theme = root.dataset.theme === "dark" ? "light" : "dark";
    else view.size = root.dataset.size === "large" ? "normal" : "large";
    try {
      localStorage.setItem(KEY, JSON.stringify(view));
    } catch {
      // the choice holds for this page only
    }
    show();
  }

  read();
  show();
  dark.addEventListener("change", show);
  addEventListener("storage", (event) => event.key === KEY && (read(), show()));
  new MutationObserver(show).observe(root, { childList: true, subtree: true }); // buttons may be drawn late
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-view]");
    if (button) turn(button.dataset.view);
  });
})();
