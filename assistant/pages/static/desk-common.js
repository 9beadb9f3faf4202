// What the desk's scripts share: making nodes, telling, copying, dialogs, and what is kept in this browser.
const desk = {};

(() => {
  const main = document.getElementById("desk");
  const told = document.getElementById("told");

  desk.account = main.dataset.account;
  desk.reviewer = main.hasAttribute("data-reviewer");
  desk.byId = (id) => document.getElementById(id);
  desk.STATUS = { answered: "已答复", clarify: "需要补充", not_covered: "文件没有规定", refused: "不在服务范围" };

  /** A node with a class, properties and children; strings become text, never HTML. */
  desk.el = (tag, given = {}, ...children) => {
    const { data, ...properties } = typeof given === "string" ? { className: given } : given;
    const node = Object.assign(document.createElement(tag), properties);
    for (const name in data) node.setAttribute(name, data[name]);
    node.append(...children.filter((child) => child !== null));
    return node;
  };

  /** What the server rendered from Markdown, escaped there: parsed aside, where nothing in it runs. */
  desk.rendered = (html) => {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    for (const link of parsed.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener" });
    return [...parsed.body.childNodes].map((node) => document.importNode(node, true));
  };

  desk.time = (iso) => {
    const at = new Date(iso);
    const today = at.toDateString() === new Date().toDateString();
    const minute = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    return today ? minute : `${at.getMonth() + 1}月${at.getDate()}日 ${minute}`;
  };

  desk.day = (iso) => iso.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");

  let telling = 0;
  desk.tell = (text) => {
    clearTimeout(telling);
    const open = [...document.querySelectorAll("dialog[open]")].pop(); // what is outside of it cannot be seen or heard
    (open ?? document.body).append(told);
    told.textContent = text;
    telling = setTimeout(() => (told.textContent = ""), 3000);
  };

  /** Copies text and says so. */
  desk.copy = async (text, what) => {
    desk.tell((await copyText(text)) ? `已复制${what}` : "没有复制成功，请选中文字后自行复制");
  };

  /** Whether a key belongs to an input method; Safari tells by its code only. */
  desk.composing = (event) => event.isComposing || event.keyCode === 229;

  // ---- dialogs: closed by their buttons or Escape; the focus goes back to where it was
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && dialog.close());
    dialog.addEventListener("close", () => document.body.append(told));
  }

  desk.open = (id) => {
    const dialog = desk.byId(id);
    dialog.returnValue = "";
    if (!dialog.open) dialog.showModal();
    return dialog;
  };

  desk.confirmed = (text) =>
    new Promise((answer) => {
      const dialog = desk.open("confirm");
      const yes = dialog.querySelector("[value=yes]");
      desk.byId("confirm-text").textContent = text;
      yes.onclick = () => dialog.close("yes");
      dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    });

  // ---- what is typed outlives a reload: kept for this tab and this account only
  const name = (key) => `desk:${desk.account}:${key}`;
  desk.keep = (key, value) => {
    try {
      if (value === null) sessionStorage.removeItem(name(key));
      else sessionStorage.setItem(name(key), JSON.stringify(value));
    } catch {
      // storage is full or closed: it holds for as long as the page does
    }
  };
  desk.kept = (key, otherwise = null) => {
    try {
      return JSON.parse(sessionStorage.getItem(name(key))) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  desk.byId("logout").addEventListener("submit", () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(name(""))) sessionStorage.removeItem(key);
  });
})();
