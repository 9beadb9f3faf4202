// The policy reader: marks in the tree the clause being read, brings quoted words into view, copies clauses, prints.
// The page reads without this script.
(() => {
  const article = document.getElementById("text");
  const side = document.querySelector(".side");
  const tree = document.getElementById("tree");
  const told = document.getElementById("told");

  // ---- the tree: which clause is being read; on a phone it folds out below the search
  const opener = side.querySelector(".to-tree");
  const links = [...tree.querySelectorAll("a")];
  const parts = links.map((link) => document.getElementById(link.getAttribute("href").slice(1)));
  let jumped = null; // the part just jumped to: a short one at the end never comes to the top

  function showReading() {
    const line = side.getBoundingClientRect().top + 120;
    const above = parts.filter((part) => part.getBoundingClientRect().top <= line).length;
    const reading = parts.includes(jumped) ? parts.indexOf(jumped) : Math.max(above - 1, 0);
    for (const [at, link] of links.entries()) {
      if (at !== reading) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "location");
        tree.scrollTop += link.getBoundingClientRect().top - tree.getBoundingClientRect().top - tree.clientHeight / 2;
      }
    }
  }

  function unfold(open) {
    side.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (!open) return;
    side.scrollIntoView();
    showReading();
  }

  document.addEventListener("arrived", (event) => { // at a hit of the search
    jumped = document.getElementById(event.target.closest("[data-words]").dataset.words);
    showReading();
  });
  let drawing = 0;
  addEventListener("scroll", () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(showReading);
  }, { passive: true });
  for (const moved of ["wheel", "pointerdown", "keydown"]) { // before what they bring about
    addEventListener(moved, () => (jumped = null), { passive: true, capture: true });
  }
  opener.addEventListener("click", () => unfold(!side.classList.contains("open")));
  tree.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    jumped = parts[links.indexOf(link)];
    unfold(false);
  });
  side.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !side.classList.contains("open")) return;
    unfold(false);
    opener.focus();
  });

  // ---- arriving at a clause: the quoted words come into view, and what is quoted from it but not in it is said
  function arrive() {
    jumped = document.querySelector(":target");
    missed();
    showReading();
    const quoted = [...document.querySelectorAll("mark:not(.hit)")];
    if (!quoted.length) return;
    const first = jumped ? quoted.find((one) => one.closest("[data-words]").dataset.words === jumped.id) : quoted[0];
    if (first) first.scrollIntoView({ block: "center" });
    else if (jumped.matches("section") && !jumped.querySelector(".elsewhere")) {
      const notice = document.createElement("p");
      notice.className = "notice elsewhere";
      notice.textContent = "要找的这段话不在本条；它所在的位置已在文中标出。";
      jumped.prepend(notice);
    }
  }

  /** A clause that is not in this text is said not to be, at the top, where the browser leaves the reader. */
  function missed() {
    document.querySelector(".no-clause")?.remove();
    const anchor = location.hash.slice(1);
    if (!anchor || jumped) return;
    let id = anchor;
    try {
      id = decodeURIComponent(anchor);
    } catch {
      // told as it is written
    }
    if (document.getElementById(id) || id === "hit") return;
    const notice = document.createElement("p");
    notice.className = "notice no-clause";
    notice.setAttribute("role", "status");
    notice.textContent = `现行文本中没有编号为「${id.slice(0, 40)}」的条款。请看目录，或在文中查找。`;
    article.prepend(notice);
    if (!document.querySelector("mark")) notice.scrollIntoView({ block: "center" });
  }

  // ---- copying a clause with what it is from, or its address; printing
  let telling = 0;
  function tell(text) {
    clearTimeout(telling);
    told.textContent = text;
    telling = setTimeout(() => (told.textContent = ""), 3000);
  }

  article.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const section = button.closest("section");
    const address = new URL(`#${section.id}`, location.origin + location.pathname).href;
    const lines = [...section.querySelector(".words").children].map((block) => block.textContent + (block.matches(".runs-on") ? "" : "\n"));
    const whole = `${section.dataset.label}\n${lines.join("")}——${article.dataset.source}\n${address}`;
    const done = await copyText(button.dataset.copy === "link" ? address : whole);
    tell(done ? `已复制「${section.dataset.label}」的${button.dataset.copy === "link" ? "链接" : "条文和出处"}` : "没有复制成功，请选中文字后自行复制。");
  });
  document.querySelector(".print")?.addEventListener("click", () => print());

  addEventListener("hashchange", arrive);
  addEventListener("load", arrive);
})();
