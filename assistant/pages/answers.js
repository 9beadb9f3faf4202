// Under each finished answer: did it help, copy, print; under one that was not finished: ask again. Gradio draws the answers and draws
// them anew when it likes, so what was chosen is kept here by turn and put under whatever stands on the page.
(() => {
  const TIMEOUT = 10_000; // milliseconds a rating may take
  const COMMENT = 500; // characters
  const CONFIRMED = 2500; // milliseconds that 已复制 stands
  const chosen = new Map(); // turn id -> {rating, open, comment, note, wrong, busy}
  const say = (detail) => dispatchEvent(new CustomEvent("say", { detail }));
  const id = (answer) => answer.id.replace(/^turn-/, "");

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function state(answer) {
    const turn = id(answer);
    if (!chosen.has(turn)) {
      const rating = answer.classList.contains("liked") ? "like" : answer.classList.contains("disliked") ? "dislike" : null;
      chosen.set(turn, { rating, open: false, comment: "", note: "", wrong: false, busy: false });
    }
    return chosen.get(turn);
  }

  function button(act, text) {
    return make("button", { type: "button", className: act, textContent: text });
  }

  function equip(answer) {
    const tools = make("div", { className: "tools" }, button("like", "有帮助"), button("dislike", "没帮助"),
      button("copy", "复制"), button("print", "打印"), make("span", { className: "note" }));
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", "对这个回答");
    answer.append(tools);
    draw(answer);
  }

  function draw(answer) {
    const now = state(answer);
    for (const rating of ["like", "dislike"]) {
      answer.querySelector(`.tools .${rating}`).setAttribute("aria-pressed", String(now.rating === rating));
    }
    const note = answer.querySelector(".tools .note");
    note.textContent = now.note;
    note.classList.toggle("wrong", now.wrong);
    const form = answer.querySelector(".why");
    if (now.open && !form) answer.append(why(now, id(answer)));
    if (!now.open) form?.remove();
  }

  function why(now, turn) {
    const field = make("textarea", { id: `why-${turn}`, rows: 2, maxLength: COMMENT, value: now.comment });
    field.setAttribute("aria-describedby", `why-told-${turn}`);
    field.addEventListener("input", () => (now.comment = field.value));
    return make("form", { className: "why" },
      make("label", { htmlFor: field.id, textContent: "哪里不对？（可不填）" }), field,
      make("p", { id: `why-told-${turn}`, textContent: "意见会进入工作人员的待办列表，由专人查看。请勿填写个人信息。" }),
      make("div", {}, make("button", { type: "submit", textContent: "提交" }), button("close", "不填了")));
  }

  async function rate(answer, rating, comment) {
    const turn = id(answer);
    const now = state(answer);
    if (now.busy) return false;
    const before = now.rating;
    Object.assign(now, { rating, note: "", wrong: false, busy: true });
    draw(answer);
    try {
      const response = await fetch("/api/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(comment ? { turn_id: turn, rating, comment } : { turn_id: turn, rating }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (!response.ok) throw new Error((await response.json()).detail);
    } catch (error) {
      const told = /[一-龥]/.test(error.message) ? error.message : "没有记下来，请检查网络后再试。";
      Object.assign(now, { rating: before, note: told, wrong: true });
    }
    now.busy = false;
    return !now.wrong;
  }

  // What Gradio drew anew meanwhile is another element: the answer that is on the page now is the one to show it on.
  function settle(turn, changes) {
    const now = Object.assign(chosen.get(turn), changes);
    const answer = document.getElementById(`turn-${turn}`);
    if (answer?.querySelector(".tools")) draw(answer);
    if (now.note) say(now.note);
    return answer;
  }

  async function press(answer, rating) {
    const now = state(answer);
    const turn = id(answer);
    const wanted = now.rating === rating ? null : rating;
    const kept = await rate(answer, wanted, "");
    if (!kept) return settle(turn, {});
    const note = { like: "已记下，谢谢。", dislike: "" }[wanted] ?? "已收回。";
    settle(turn, { note, open: wanted === "dislike", comment: "" })?.querySelector(".why textarea")?.focus();
  }

  async function submit(answer) {
    const turn = id(answer);
    const kept = await rate(answer, "dislike", state(answer).comment.trim());
    if (!kept) return settle(turn, {});
    settle(turn, { note: "已交给工作人员，谢谢。", open: false, comment: "" })?.querySelector(".dislike").focus();
  }

  async function copy(answer) {
    const text = answer.querySelector("pre.copied").textContent;
    const done = await copyText(text);
    settle(id(answer), { note: done ? "已复制" : "没有复制成功，请选中文字后复制。", wrong: !done });
    if (done) setTimeout(() => state(answer).note === "已复制" && settle(id(answer), { note: "" }), CONFIRMED);
  }

  // This answer with its question; the browser's own print command prints the whole conversation.
  function print(answer) {
    const row = answer.closest(".message-row");
    const rows = [...document.querySelectorAll("#chat .message-row")];
    const one = [row, rows[rows.indexOf(row) - 1]];
    const mark = (on) => {
      document.documentElement.toggleAttribute("data-print-one", on);
      for (const each of one) each?.toggleAttribute("data-printed", on);
    };
    mark(true);
    addEventListener("afterprint", () => mark(false), { once: true });
    window.print();
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("#chat details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  function again(pressed) {
    const row = pressed.closest(".message-row");
    const rows = [...document.querySelectorAll("#chat .message-row")];
    const question = rows[rows.indexOf(row) - 1]?.querySelector(".said")?.innerText;
    if (!question || document.querySelector("#chat :is(.pending, .writing)")) return;
    dispatchEvent(new CustomEvent("ask", { detail: question }));
  }

  addEventListener("click", ({ target }) => {
    const pressed = target.closest("#chat button");
    if (!pressed) return;
    if (pressed.matches(".again")) return again(pressed);
    const answer = pressed.closest(".answer");
    if (!answer) return;
    if (pressed.matches(".like, .dislike")) press(answer, pressed.className);
    else if (pressed.matches(".copy")) copy(answer);
    else if (pressed.matches(".print")) print(answer);
    else if (pressed.matches(".close")) settle(id(answer), { open: false })?.querySelector(".dislike").focus();
  });
  addEventListener("submit", (event) => {
    if (!event.target.matches(".why")) return;
    event.preventDefault();
    submit(event.target.closest(".answer"));
  });
  new MutationObserver(() => {
    for (const answer of document.querySelectorAll('#chat .answer[id^="turn-"]')) answer.querySelector(".tools") || equip(answer);
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
