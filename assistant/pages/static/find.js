// Searching in the policy text as one types: marks every hit, counts them, goes from one to the next, and says in the
// tree which clauses hold some. Without this script the server does the search. Width, case, kinds of brackets and quotes, and
// blanks make no difference, here as there; the number or name of a clause leads to it.
(() => {
  const tree = document.getElementById("tree");
  const form = document.querySelector(".find");
  const box = document.getElementById("find");
  const found = form.querySelector(".found");

  // The words of each clause and heading by its id, as blocks: the text runs on from one block to the next or breaks the line.
  const blocks = new Map();
  for (const element of document.querySelectorAll("[data-words]")) {
    const own = element.matches(".words") ? [...element.children] : [element];
    blocks.set(element.dataset.words, [...(blocks.get(element.dataset.words) || []), ...own]);
  }

  function textOf(elements) {
    const pieces = [];
    let text = "";
    for (const [at, block] of elements.entries()) {
      if (at && !elements[at - 1].matches(".runs-on")) text += "\n";
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        pieces.push({ node: walker.currentNode, start: text.length, end: text.length + walker.currentNode.length });
        text += walker.currentNode.data;
      }
    }
    return { text, pieces };
  }

  let hits = []; // each a list of <mark>, for a hit may cross the end of a heading
  let here = -1;
  let origin = 0; // where the reader was when the search began

  // What people type for one another's marks; the same table as in outline.py.
  const GROUPS = { "(": "[{〔【", ")": "]}〕】", '"': "「」『』“”„‘’'`", "<": "《〈", ">": "》〉", "-": "—–−~" };
  const ALIKE = new Map(Object.entries(GROUPS).flatMap(([mark, group]) => [...group].map((char) => [char, mark])));

  /** The text to compare, and where each of its characters stands in the text given. */
  function fold(text) {
    const at = [];
    let folded = "";
    let place = 0;
    for (const char of text) {
      if (!/[ \u3000\t\u00a0]/.test(char)) {
        const same = char.normalize("NFKC").toLowerCase();
        const one = same.length === char.length ? same : char;
        for (let unit = 0; unit < char.length; unit++) at.push(place + unit);
        folded += ALIKE.get(one) ?? one;
      }
      place += char.length;
    }
    return { folded, at };
  }

  function places(text, words) {
    const { folded, at } = fold(text);
    const spans = [];
    for (let from = folded.indexOf(words); from >= 0; from = folded.indexOf(words, from + words.length)) {
      spans.push([at[from], at[from + words.length - 1] + 1]);
    }
    return spans;
  }

  /** The clauses that the words name, as citations do: 二（二）5, 2.2.5, or the whole name. */
  function named(words) {
    return [...document.querySelectorAll("#text section[data-label]")].filter(({ id, dataset }) => {
      const label = fold(dataset.label).folded;
      const number = fold(dataset.number).folded;
      return [id, label, number].includes(words) || (number && words.startsWith(number) && label.includes(words));
    });
  }

  function mark({ node, start, end }, from, to) {
    const [lo, hi] = [Math.max(from, start) - start, Math.min(to, end) - start];
    const inside = node.splitText(lo);
    if (inside.length > hi - lo) inside.splitText(hi - lo);
    const element = document.createElement("mark");
    element.className = "hit";
    inside.replaceWith(element);
    element.append(inside);
    return element;
  }

  function unmark() {
    for (const element of document.querySelectorAll("mark.hit")) {
      const parent = element.parentNode;
      element.replaceWith(...element.childNodes);
      parent.normalize();
    }
  }

  function search() {
    const words = fold(box.value).folded;
    if (words && !hits.length) origin = scrollY;
    unmark();
    hits = [];
    here = -1;
    let clauses = 0;
    for (const [id, elements] of blocks) {
      const { text, pieces } = textOf(elements);
      const starts = words ? places(text, words) : [];
      const marks = starts.map(() => []);
      for (const [at, [from, to]] of [...starts.entries()].reverse()) { // from the end, so that earlier places hold
        for (const piece of pieces.filter(({ start, end }) => start < to && from < end).reverse()) {
          marks[at].unshift(mark(piece, from, to));
        }
      }
      hits.push(...marks);
      clauses += starts.length > 0;
      count(id, starts.length);
    }
    for (const button of form.querySelectorAll(".step")) button.disabled = !hits.length;
    const meant = words && !hits.length ? named(words) : [];
    found.classList.toggle("none", Boolean(words) && !hits.length && !meant.length);
    if (!words) found.textContent = "";
    else if (hits.length) found.textContent = `共 ${hits.length} 处，在 ${clauses} 个条目中`;
    else if (meant.length) {
      const links = meant.map(({ id, dataset }) => Object.assign(document.createElement("a"), { href: `#${id}`, textContent: dataset.label }));
      found.replaceChildren("条款：", ...links.flatMap((link, at) => (at ? ["、", link] : [link])));
    } else found.textContent = `没有找到「${box.value.trim()}」。可以换短一些的词，或看目录。`;
  }

  function count(id, number) {
    const badge = tree.querySelector(`a[href="#${CSS.escape(id)}"] .count`);
    if (!badge) return;
    badge.textContent = number ? `${number} 处` : "";
    badge.hidden = !number;
  }

  function go(to) {
    if (!hits.length) return;
    for (const element of hits[here] || []) element.classList.remove("here");
    here = (to + hits.length) % hits.length;
    for (const element of hits[here]) element.classList.add("here");
    hits[here][0].scrollIntoView({ block: "center" });
    hits[here][0].dispatchEvent(new Event("arrived", { bubbles: true }));
    found.textContent = `第 ${here + 1} 处，共 ${hits.length} 处`;
  }

  let waiting = 0; // a search that begins when the typing pauses

  function searchNow() {
    clearTimeout(waiting);
    waiting = 0;
    search();
    go(Math.max(hits.findIndex(([first]) => first.getBoundingClientRect().top + scrollY >= origin), 0));
  }

  function searchSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(searchNow, 150);
  }

  function step(by) {
    if (waiting) searchNow();
    else go(here + by);
    const address = new URL(location.href);
    if (!hits.length || address.searchParams.get("find") === box.value.trim()) return;
    address.searchParams.set("find", box.value.trim());
    history.replaceState(null, "", address); // found again after a reload, and can be sent to others
  }

  box.addEventListener("input", (event) => event.isComposing || searchSoon());
  box.addEventListener("compositionend", searchSoon);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });

  // what the server found, or the browser kept in the box
  if (box.value.trim()) search();
  addEventListener("load", () => hits.length && !document.querySelector(":target") && go(0));
})();
