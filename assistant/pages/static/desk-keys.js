// The keys of the desk, and the focus: it stays in the question's box, so that typing always asks.
(() => {
  const { byId } = desk;
  const box = byId("question");
  const notes = byId("notes");
  const onCall = () => !byId("view-call").hidden;

  desk.toBox = () => {
    if (matchMedia("(pointer: coarse)").matches) return; // it would bring a phone's keyboard up each time
    if (!document.querySelector("dialog[open]") && onCall()) box.focus();
  };

  /** On a narrow screen one part of the call is seen at a time: answer, clause, caller. */
  desk.pane = (name) => {
    byId("desk").dataset.pane = name;
    for (const button of document.querySelectorAll("[data-to]")) button.setAttribute("aria-pressed", String(button.dataset.to === name));
  };

  function copy(what) {
    const found = desk.copied(what);
    if (found) desk.copy(...found);
    else desk.tell("还没有可以复制的内容");
  }

  function toNotes() {
    if (document.activeElement === notes) return desk.toBox();
    desk.pane("caller");
    notes.focus();
  }

  const KEYS = {
    Digit1: () => copy("script"),
    Digit2: () => copy("answer"),
    Digit3: () => copy("clause"),
    Digit4: () => desk.handOver(),
    KeyN: () => desk.newCall(),
    KeyB: toNotes,
  };

  function editable(node) {
    return node.matches?.("textarea, input, select");
  }

  document.addEventListener("keydown", (event) => {
    if (desk.composing(event) || document.querySelector("dialog[open]")) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const only_alt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (only_alt && event.code === "KeyQ") {
      event.preventDefault();
      location.hash = onCall() ? "queue" : "call";
    } else if (only_alt && KEYS[event.code] && onCall()) {
      event.preventDefault();
      if (!event.repeat) KEYS[event.code]();
    } else if (/^[?？]$/.test(event.key) && plain && (event.target === box ? !box.value : !editable(event.target))) {
      event.preventDefault();
      desk.open("keys");
    } else if (!onCall()) return;
    else if (event.key === "Escape") desk.toBox();
    else if (plain && event.key.length === 1 && event.key !== " " && !editable(event.target)) box.focus(); // the key goes on into it
  });

  box.addEventListener("keydown", (event) => {
    const pages = { PageDown: 0.85, PageUp: -0.85 }[event.key];
    if (!pages) return;
    event.preventDefault();
    byId("scroll").scrollBy({ top: pages * byId("scroll").clientHeight });
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-to]");
    if (!button) return;
    if (button.dataset.copy) copy(button.dataset.copy);
    else desk.pane(button.dataset.to);
    desk.toBox();
  });
  byId("open-keys").onclick = () => desk.open("keys");
  for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", desk.toBox);
})();
