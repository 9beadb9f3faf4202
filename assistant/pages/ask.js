// What Gradio says in English is said in Chinese here: the page's language, the names of chat messages (with their HTML source as the
// name) and the toasts about the connection. A question typed but not yet sent survives a reload.
(() => {
  const NAMES = { user: "提问", bot: "回答", log: "对话" };
  const TOLD = [
    [/connection to the server was lost/i, "与服务器的连接断开了，正在重新连接，连上后会自动刷新。"],
    [/^(error|warning|info|connection lost)$/i, "提示"],
    [/busy/i, "现在提问的人较多，请稍后再发送。"],
    [/[a-z]{3}/i, "没有发送成功，请检查网络后再试。"],
  ];
  const DRAFT = "policy-draft";
  const box = () => document.querySelector("#box textarea");

  function name(element, label) {
    if (element.getAttribute("aria-label") === label) return;
    element.setAttribute("aria-label", label);
    if (!element.hasAttribute("role")) element.setAttribute("role", "group");
  }

  function translate() {
    if (document.documentElement.lang !== "zh-CN") document.documentElement.lang = "zh-CN";
    for (const element of document.querySelectorAll('#chat [role="log"], #chat [data-testid]')) {
      const label = NAMES[element.dataset.testid || element.getAttribute("role")];
      if (label) name(element, label);
    }
    for (const button of document.querySelectorAll(".toast-wrap button")) name(button, "关闭");
    const toasts = document.querySelector(".toast-wrap");
    const texts = toasts && document.createTreeWalker(toasts, NodeFilter.SHOW_TEXT);
    while (texts?.nextNode()) {
      const told = TOLD.find(([english]) => english.test(texts.currentNode.data.trim()));
      if (told) texts.currentNode.data = told[1];
    }
  }

  function restore() {
    const draft = sessionStorage.getItem(DRAFT);
    if (!draft || !box()) return;
    sessionStorage.removeItem(DRAFT);
    if (box().value) return;
    box().value = draft;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  addEventListener("pagehide", () => box()?.value && sessionStorage.setItem(DRAFT, box().value));
  new MutationObserver(() => {
    translate();
    restore();
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["aria-label", "lang"],
  });
})();
