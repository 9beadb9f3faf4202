// An answer on the desk: the outcome in large type, the words to say, the clauses with what is quoted from them.
(() => {
  const { el, byId } = desk;
  const SPEECH = 22; // characters of a figure above which it is set smaller
  let shown = null; // the answer on screen: {answer, headlines, script, clauses, html, plain, label}
  let chosen = 0; // which of its clauses

  /** Puts an answer on screen; ``kept`` tells whether it is recorded. Without one, the desk waits for a call. */
  desk.show = (found, question = "") => {
    shown = found;
    byId("empty").hidden = found !== null;
    byId("shown").hidden = byId("basis").hidden = found === null;
    showClauses(found?.clauses ?? []);
    if (!found) return;
    byId("asked").textContent = question;
    byId("chips").replaceChildren(...chips(found.answer));
    byId("scroll").scrollTop = 0;
    const { headlines } = found;
    const size = headlines.length === 1 ? "one" : headlines.length < 4 ? "few" : "many";
    byId("outcome").className = size;
    byId("outcome").replaceChildren(...headlines.map(headline));
    byId("script").replaceChildren(...found.script.split("\n").map((line) => el("li", {}, line)));
    byId("full").replaceChildren(...desk.rendered(found.html));
    byId("basis").replaceChildren(...basis(found).map((part) => el("span", {}, part)));
  };

  /** What lies in an answer to copy, and its name; null where there is nothing. */
  desk.copied = (what) => {
    if (!shown) return null;
    if (what === "script") return [shown.script, "话术"];
    if (what === "answer") return [shown.plain, "完整答复"];
    const clause = shown.clauses[chosen];
    return clause ? [`${clause.label}\n${clause.text}\n——${source()}`, `「${clause.label}」`] : null;
  };

  function headline({ kind, title, figure, note }) {
    return el(
      "div",
      `headline ${kind}`,
      title ? el("p", "title", title) : null,
      figure ? el("p", `figure${figure.length > SPEECH ? " long" : ""}`, figure) : null,
      note ? el("p", "note", note) : null,
    );
  }

  function chips({ status, reviewed_on, basis, fallback }) {
    const made = [el("span", `chip ${status}`, desk.STATUS[status])];
    if (reviewed_on) made.push(el("span", "chip reviewed", `人工复核 ${desk.day(reviewed_on)}`));
    if (!basis.in_force) made.push(el("span", "chip refused", "政策不在有效期内"));
    if (fallback) made.push(el("span", "chip", "模型没有答成，由规则作答"));
    return made;
  }

  function source() {
    const { policy_title, status, in_force_from, in_force_to } = shown.answer.basis;
    return `《${policy_title}》（${status}），有效期 ${desk.day(in_force_from)} 至 ${desk.day(in_force_to)}`;
  }

  function basis({ answer, label }) {
    const asked = `按 ${desk.day(answer.basis.as_of)} 计${answer.basis.in_force ? "" : "，不在有效期内"}`;
    return [source(), asked, label];
  }

  // ---- clauses: one tab each, the quoted words marked
  function showClauses(clauses) {
    chosen = 0;
    byId("tabs").replaceChildren(
      ...clauses.map((clause, at) => {
        const data = { role: "tab", "aria-controls": "clause" };
        return el("button", { type: "button", id: `tab-${at}`, data, onclick: () => choose(at) }, clause.label);
      }),
    );
    byId("tabs").hidden = !clauses.length;
    byId("whole").hidden = !clauses.length;
    if (clauses.length) choose(0);
    else byId("clause").replaceChildren(el("p", "hint", shown ? "这个答复没有引用条款。" : "答复引用的条款会显示在这里。"));
  }

  function choose(at) {
    chosen = at;
    for (const [place, tab] of [...byId("tabs").children].entries()) {
      tab.setAttribute("aria-selected", String(place === at));
      tab.tabIndex = place === at ? 0 : -1;
    }
    const clause = shown.clauses[at];
    const panel = byId("clause");
    panel.setAttribute("aria-labelledby", `tab-${at}`);
    panel.replaceChildren(...marked(clause));
    const quote = [...clause.text].slice(...(clause.marks[0] ?? [0, 0])).join("");
    const [path, anchor] = clause.url.split("#");
    byId("whole").href = `${path}?q=${encodeURIComponent(quote)}#${anchor}`;
    panel.scrollTop = 0;
    const mark = panel.querySelector("mark");
    const seen = panel.getBoundingClientRect().bottom;
    if (mark && mark.getBoundingClientRect().bottom > seen) panel.scrollTop = mark.offsetTop - panel.offsetTop - 60;
  }

  /** A clause's paragraphs with its marks; offsets count characters, not UTF-16 units. */
  function marked({ text, marks }) {
    const letters = [...text];
    const quoted = letters.map(() => false);
    for (const [start, end] of marks) quoted.fill(true, start, end);
    const out = [el("p")];
    for (let at = 0; at < letters.length; ) {
      let end = at;
      while (end < letters.length && quoted[end] === quoted[at] && letters[end] !== "\n") end++;
      const run = letters.slice(at, end).join("");
      if (run) out.at(-1).append(quoted[at] ? el("mark", {}, run) : run);
      if (letters[end] === "\n") out.push(el("p"));
      at = letters[end] === "\n" ? end + 1 : end;
    }
    return out.filter((paragraph) => paragraph.hasChildNodes());
  }

  byId("tabs").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = byId("tabs").children;
    if (!step || !tabs.length) return;
    event.preventDefault();
    choose((chosen + step + tabs.length) % tabs.length);
    tabs[chosen].focus();
  });
})();
