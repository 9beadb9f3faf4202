// What waits for staff: questions without a good answer, the reviewed answers written for them, and which view is seen.
(() => {
  const { el, byId } = desk;
  const REST = 350; // milliseconds without a keystroke before a draft is checked
  const CHANNELS = { web: "网页", desk: "坐席台", widget: "网站窗口", api: "接口" };
  let waiting = [];
  let open = null; // the entry looked at
  let checking = null;
  let resting = 0;

  // ---- which view is seen: #call, #queue, #reviews
  function view() {
    const asked = location.hash.slice(1);
    const name = ["queue", "reviews"].includes(asked) ? asked : "call";
    for (const one of ["call", "queue", "reviews"]) byId(`view-${one}`).hidden = one !== name;
    for (const link of document.querySelectorAll("[data-view-link]")) {
      if (link.dataset.viewLink === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (name === "call") desk.toBox();
    if (name === "queue") loadQueue();
    if (name === "reviews") loadReviews();
  }

  // ---- the queue
  async function loadQueue() {
    byId("queue-state").textContent = "正在读取…";
    try {
      const found = await desk.steadily("GET", "/api/desk/queue");
      waiting = found.waiting;
      const more = found.total - waiting.length;
      byId("queue-state").textContent = more > 0 ? `另有 ${more} 个较早的问题，处理完这些后列出` : "";
      drawQueue();
    } catch (error) {
      byId("queue-state").textContent = "没有读到";
      desk.alarm(error.message, loadQueue);
    }
  }

  function drawQueue() {
    byId("waiting").textContent = String(waiting.length);
    byId("waiting").hidden = !waiting.length;
    const lines = waiting.map((one) => {
      const data = { "data-entry": one.turn_id, ...(one.turn_id === open?.turn_id ? { "aria-current": "true" } : {}) };
      const button = el("button", { type: "button", data }, el("span", {}, one.question), el("small", {}, ...badges(one)));
      button.onclick = () => look(one);
      return el("li", {}, button);
    });
    byId("queue").replaceChildren(...(lines.length ? lines : [el("li", "hint", "没有待办的问题")]));
  }

  function badges(one) {
    const lacking = one.status ? "没有找到答案" : "没有答完";
    const made = [el("span", `badge ${one.disliked ? "disliked" : "unanswered"}`, one.disliked ? "被评为没用" : lacking)];
    if (one.times > 1) made.push(el("span", "badge", `问过 ${one.times} 次`));
    made.push(el("span", {}, `${CHANNELS[one.channel] ?? one.channel} · ${desk.time(one.asked_at)}`));
    return made;
  }

  async function look(one) {
    open = one;
    checking?.abort();
    clearTimeout(resting);
    drawQueue();
    const entry = byId("entry");
    entry.replaceChildren(byId("entry-frame").content.cloneNode(true));
    byId("view-queue").classList.add("reading");
    entry.querySelector(".title").textContent = one.question;
    entry.querySelector(".facts").replaceChildren(...badges(one));
    entry.querySelector(".comments").replaceChildren(...one.comments.map((words) => el("li", {}, words)));
    const earlier = entry.querySelector(".earlier");
    earlier.hidden = !one.before.length;
    earlier.open = true;
    earlier.querySelector("ol").replaceChildren(...one.before.map((words) => el("li", {}, words)));
    entry.querySelector(".given pre").textContent = one.answer || "没有答完。";
    entry.querySelector(".given").open = !desk.reviewer;
    entry.querySelector(".back-to-list").onclick = () => close();
    entry.focus();
    if (!desk.reviewer) return void entry.append(el("p", "hint", "复核员可以在这里写复核答案。"));
    try {
      const found = await desk.steadily("GET", `/api/desk/queue/${one.turn_id}`);
      if (open === one) edit(found);
    } catch (error) {
      if (error.status === 404) loadQueue();
      desk.alarm(error.message, () => look(one));
    }
  }

  function close(text = "") {
    open = null;
    byId("view-queue").classList.remove("reading");
    byId("entry").replaceChildren(el("p", "empty", "选一个问题，看前后情况和当时的答复。"));
    drawQueue();
    byId("queue").querySelector("button")?.focus();
    if (text) desk.tell(text);
  }

  // ---- the reviewed answer
  function edit({ waiting: one, draft, status, clauses }) {
    const entry = byId("entry");
    entry.append(byId("editor-frame").content.cloneNode(true));
    const form = entry.querySelector("form");
    const text = byId("draft");
    const kept = desk.kept(`draft ${one.turn_id}`);
    text.value = kept?.draft ?? draft;
    form.elements.status.value = kept?.status ?? status;
    text.addEventListener("input", (event) => event.isComposing || changed(one.turn_id));
    text.addEventListener("compositionend", () => changed(one.turn_id));
    form.addEventListener("change", (event) => event.target.name === "status" && changed(one.turn_id));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(one.turn_id);
    });
    form.querySelector(".dismiss").onclick = () => dismiss(one);
    const pick = byId("pick");
    const source = byId("source");
    pick.replaceChildren(...clauses.map((clause) => el("option", { value: clause.clause_id }, clause.label)));
    pick.onchange = () => (source.value = clauses.find((clause) => clause.clause_id === pick.value).text);
    pick.value = /\[([^\]「]+)\]/.exec(text.value)?.[1] ?? clauses[0].clause_id;
    if (!pick.value) pick.selectedIndex = 0;
    pick.onchange();
    form.querySelector(".insert").onclick = () => insert(one.turn_id);
    check(one.turn_id);
  }

  /** The words selected in the clause, as a quote at the caret; a quote does not run over a line's end. */
  function insert(turn_id) {
    const source = byId("source");
    const words = source.value.slice(source.selectionStart, source.selectionEnd);
    const quotes = words.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!quotes.length) {
      source.focus();
      return desk.tell("请先在条款原文里选中要引用的文字");
    }
    const text = byId("draft");
    text.setRangeText(`[${byId("pick").value}]${quotes.map((line) => `「${line}」`).join("")}`, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    changed(turn_id);
  }

  function keepDraft(turn_id) {
    const form = byId("entry").querySelector("form");
    desk.keep(`draft ${turn_id}`, { draft: byId("draft").value, status: form.elements.status.value });
  }

  function changed(turn_id) {
    keepDraft(turn_id);
    clearTimeout(resting);
    resting = setTimeout(() => check(turn_id), REST);
  }

  async function check(turn_id) {
    checking?.abort();
    const mine = (checking = new AbortController());
    const draft = byId("draft").value;
    if (!draft.trim()) return showFaults(["还没有写答案。"]);
    try {
      const path = `/api/desk/queue/${turn_id}/check`;
      const found = await desk.steadily("POST", path, { draft, status: byId("entry").querySelector("form").elements.status.value }, { signal: mine.signal });
      if (mine === checking && open?.turn_id === turn_id) showChecked(found);
    } catch (error) {
      if (mine === checking && error.name !== "AbortError") desk.alarm(error.message, () => check(turn_id));
    }
  }

  function showChecked({ faults, html }) {
    showFaults(faults);
    byId("entry").querySelector(".preview").replaceChildren(...desk.rendered(html));
  }

  function showFaults(faults) {
    const told = faults.length
      ? [el("p", {}, "以下问题改好后才能启用："), el("ul", {}, ...faults.map((fault) => el("li", {}, fault)))]
      : [el("p", {}, "核对通过：每个数字和引文都有出处。")];
    byId("faults").replaceChildren(...told);
    byId("faults").classList.toggle("passed", !faults.length);
  }

  async function save(turn_id) {
    const form = byId("entry").querySelector("form");
    const button = form.querySelector("[type=submit]");
    if (!byId("draft").value.trim()) return showFaults(["还没有写答案。"]);
    button.disabled = true;
    clearTimeout(resting);
    checking?.abort();
    try {
      const body = { draft: byId("draft").value, status: form.elements.status.value };
      const found = await desk.request("POST", `/api/desk/queue/${turn_id}/review`, body);
      desk.fine();
      if (found.faults.length) {
        showChecked(found);
        byId("draft").focus();
        desk.tell("没有启用：还有问题要改");
      } else gone(turn_id, "已启用，再有人问就用这个答案");
    } catch (error) {
      desk.alarm(`复核答案还没有保存，写的都在。${error.message}`, () => save(turn_id));
    }
    button.disabled = false;
  }

  async function dismiss(one) {
    if (!(await desk.confirmed(`把「${one.question}」从待办中移走，不写复核答案？`))) return;
    try {
      await desk.request("POST", `/api/desk/queue/${one.turn_id}/dismiss`);
      gone(one.turn_id, "已从待办移走");
    } catch (error) {
      desk.alarm(error.message, () => dismiss(one));
    }
  }

  function gone(turn_id, text) {
    desk.keep(`draft ${turn_id}`, null);
    waiting = waiting.filter((one) => one.turn_id !== turn_id);
    close(text);
    loadQueue();
  }

  // ---- reviewed answers
  async function loadReviews() {
    byId("reviews-state").textContent = "正在读取…";
    try {
      const found = await desk.steadily("GET", "/api/desk/reviews");
      byId("reviews-state").textContent = "";
      const lines = [...found.filter((one) => !one.current), ...found.filter((one) => one.current)].map(review);
      byId("reviews").replaceChildren(...(lines.length ? lines : [el("li", "hint", "还没有复核答案")]));
    } catch (error) {
      byId("reviews-state").textContent = "没有读到";
      desk.alarm(error.message, loadReviews);
    }
  }

  function review(one) {
    const state = one.current ? el("span", "badge passed", "使用中") : el("span", "badge disliked", "需要重新复核");
    const withdraw = el("button", { type: "button", onclick: () => takeBack(one) }, "撤回");
    return el(
      "li",
      {},
      el("h3", {}, one.question),
      el("p", "facts", state, el("span", "badge", desk.STATUS[one.status]), el("span", {}, `${one.reviewer} · ${desk.time(one.reviewed_at)}`)),
      el("pre", {}, one.draft),
      desk.reviewer ? withdraw : null,
    );
  }

  async function takeBack(one) {
    if (!(await desk.confirmed(`撤回「${one.question}」的复核答案？撤回后改由规则作答。`))) return;
    try {
      await desk.request("DELETE", `/api/desk/reviews/${one.review_id}`);
      desk.tell("已撤回");
    } catch (error) {
      desk.alarm(error.message);
    }
    loadReviews();
  }

  byId("reload-queue").onclick = loadQueue;
  byId("reload-reviews").onclick = loadReviews;
  addEventListener("hashchange", view);
  view();
  if (!byId("view-queue").hidden) return;
  loadQueue();
})();
