// Earlier conversations of this browser: their ids, first questions and dates, kept here and nowhere else. The list opens in a dialog;
// a conversation is opened by Gradio's own hidden button, which reads its id from there.
(() => {
  const KEY = "policy-conversations";
  const CURRENT = "policy-current"; // what ask.py opens at the start
  const MOST = 20;
  const TITLE = 60; // characters of the first question
  let current = "";
  let dialog;

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(kept) ? kept.filter((one) => typeof one?.id === "string" && typeof one.title === "string").slice(0, MOST) : [];
    } catch {
      return []; // storage is closed or holds something else
    }
  }

  function write(key, value) {
    try {
      localStorage.setItem(key, typeof value === "string" ? value : JSON.stringify(value));
    } catch {
      // nothing is kept, and the page works without
    }
  }

  let unlisted = false; // the conversation has still to be listed: its question may be drawn later than its id is known
  let goesOn = false; // then it comes first, else one that is listed stays where it is

  function note() {
    const said = document.querySelector("#chat .said");
    if (!unlisted || !current || !said) return;
    const list = read();
    const known = list.find((one) => one.id === current);
    if (!known || goesOn) {
      const title = known?.title ?? Array.from(said.innerText).slice(0, TITLE).join("");
      write(KEY, [{ id: current, title, at: Date.now() }, ...list.filter((one) => one.id !== current)].slice(0, MOST));
    }
    unlisted = goesOn = false;
    if (dialog?.open) show();
  }

  addEventListener("conversation", ({ detail }) => {
    current = detail;
    write(CURRENT, current);
    unlisted = true;
    note();
  });
  addEventListener("answered", () => {
    unlisted = goesOn = true;
    note();
  });
  new MutationObserver(note).observe(document.documentElement, { subtree: true, childList: true });

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function day(at) {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? "" : `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日`;
  }

  function row(one) {
    const open = make("button", { type: "button", className: "open" },
      make("span", { className: "first", textContent: one.title }),
      make("span", { className: "at", textContent: one.id === current ? `${day(one.at)}，正在显示` : day(one.at) }));
    const remove = make("button", { type: "button", className: "remove", textContent: "移除" });
    remove.setAttribute("aria-label", `从列表中移除：${one.title}`);
    open.addEventListener("click", () => {
      dialog.close();
      if (one.id === current) return;
      const opens = document.getElementById("reopen");
      opens.dataset.conversation = one.id;
      opens.click();
    });
    remove.addEventListener("click", () => forget([one.id]));
    return make("li", {}, open, remove);
  }

  function forget(ids) {
    write(KEY, read().filter((one) => !ids.includes(one.id)));
    if (ids.includes(current)) document.getElementById("new").click();
    show();
  }

  function show() {
    const list = read();
    const all = make("button", { type: "button", textContent: "全部移除" });
    all.addEventListener("click", () => forget(list.map((one) => one.id)));
    const close = make("button", { type: "button", className: "close", textContent: "关闭" });
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(
      make("h2", { id: "past-title", tabIndex: -1, textContent: "以前的对话" }),
      make("p", { textContent: `只记在这个浏览器里，最多 ${MOST} 个；移除后这里不再列出。` }),
      list.length ? make("ul", {}, ...list.map(row)) : make("p", { className: "none", textContent: "还没有以前的对话。" }),
      make("div", { className: "ends" }, ...(list.length ? [all, close] : [close])));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("h2").focus();
  }

  addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close(); // beside it
    if (!target.closest("#past")) return;
    if (!dialog) {
      dialog = make("dialog", { id: "past-list" });
      dialog.setAttribute("aria-labelledby", "past-title");
      document.body.append(dialog);
    }
    show();
  });
})();
