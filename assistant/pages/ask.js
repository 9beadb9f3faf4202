// Gradio names chat messages in English, with their HTML source as the name; here they get short Chinese ones.
(() => {
  const NAMES = { user: "提问", bot: "回答" };
  const rename = () => {
    for (const log of document.querySelectorAll('#chat [role="log"]')) {
      if (log.getAttribute("aria-label") !== "对话") log.setAttribute("aria-label", "对话");
    }
    for (const message of document.querySelectorAll("#chat [data-testid]")) {
      const name = NAMES[message.dataset.testid];
      if (name && message.getAttribute("aria-label") !== name) {
        message.setAttribute("role", "group");
        message.setAttribute("aria-label", name);
      }
    }
  };
  const watch = { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] };
  new MutationObserver(rename).observe(document.documentElement, watch);
})();
