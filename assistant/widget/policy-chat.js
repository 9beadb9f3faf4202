// The chat window of the policy assistant. __init__.py beside it tells how it works. At most 8 KB gzip.
(() => {
  const script = document.currentScript;
  const LIMIT = 2000; // characters
  const SILENCE = 60000; // ms
  const LOOKS = [0, 1, 2, 4, 8, 16]; // seconds
  const STATUS = { clarify: "请补充一项", not_covered: "文件没有规定", refused: "不在本服务范围" };
  const UNFINISHED = "这个问题没有答完。";
  const LOST = "连接中断，请稍后再试。";
  const SHUT_OUT = "没有连上政策助手，请检查网络。也可能本网站没有被允许使用，请告知网站管理员。";
  const phone = matchMedia("(max-width: 480px)");

  const CSS = `
:host { all: initial !important; display: inline-block !important; }
.root {
  all: initial; display: block; direction: ltr; color-scheme: light dark; color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.7 "PingFang SC", "Microsoft YaHei", system-ui, sans-serif;
  --ink: #1c2733; --quiet: #51606f; --paper: #fff; --ground: #f3f6f9; --line: #d5dee6;
  --link: #0b5394; --said: #dcebf8; --alert: #a3231a; --brand: #0b4a7d; --on-brand: #fff;
}
@media (prefers-color-scheme: dark) {
  .root {
    --ink: #e6ebf0; --quiet: #a9b6c3; --paper: #18212b; --ground: #10161d; --line: #34414f;
    --link: #8cc2f2; --said: #1d3c57; --alert: #ffb4ad; --brand: #164a75;
  }
}
* { box-sizing: border-box; }
button, textarea { font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 10px; min-height: 44px; margin: 0; padding: 8px 12px; }
button, summary { cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
a { color: var(--link); text-underline-offset: .2em; }
.head, .launch, .send { background: var(--brand); color: var(--on-brand); font-weight: 600; }
.launch { padding: 12px 20px; border-radius: 26px; }
.launch::before { content: "•••"; content: "•••" / ""; display: inline-block; margin-right: 8px; padding: 0 3px; border: 2px solid; border-radius: 8px 8px 8px 0; font: 9px/13px sans-serif; vertical-align: 2px; }
.floats .launch, .panel { position: fixed; z-index: 2147483647; right: 24px; bottom: calc(24px + env(safe-area-inset-bottom)); }
.floats .launch { border-color: #fff8; box-shadow: 0 4px 16px #0004; }
.left .launch, .left .panel { right: auto; left: 24px; }
.floats .launch[aria-expanded=true] { visibility: hidden; }
.panel {
  flex-direction: column; top: auto; left: auto; margin: 0; padding: 0; width: 408px; max-width: calc(100% - 48px); height: 680px; max-height: calc(100% - 48px);
  overflow: hidden; border: 1px solid var(--line); border-radius: 16px; background: var(--ground); color: inherit; box-shadow: 0 12px 40px #0005;
}
.panel[open] { display: flex; }
.head { display: flex; align-items: center; padding: 8px 8px 8px 18px; }
h2 { flex: 1; margin: 0; font-size: 18px; }
.head button { font-size: 14px; }
.head :focus-visible, .launch:focus-visible { outline-color: currentColor; outline-offset: -4px; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; position: relative; padding: 16px; outline-offset: -3px; }
p, ul, blockquote { margin: 0 0 8px; }
ul { padding-left: 22px; }
blockquote { padding-left: 12px; border-left: 3px solid var(--line); }
.said { width: fit-content; max-width: 88%; margin: 0 0 12px auto; padding: 8px 14px; border-radius: 14px 14px 4px 14px; background: var(--said); white-space: pre-wrap; }
.told { margin: 0 0 16px; padding: 12px 16px; border: 1px solid var(--line); border-radius: 4px 14px 14px; background: var(--paper); }
.status { display: inline-block; padding: 0 10px; border: 1px solid; border-radius: 4px; }
.status, summary, .clause, .notice { font-size: 14px; }
.wait, .basis, .foot, .rate, em { color: var(--quiet); font-size: 13px; font-style: normal; }
summary { line-height: 44px; }
.clause { display: block; margin: 0 0 8px; padding: 8px 12px; border-radius: 8px; background: var(--ground); text-decoration: none; }
.clause:hover { text-decoration: underline; }
q { display: block; color: var(--ink); quotes: "「" "」"; }
.basis { border-top: 1px solid var(--line); padding-top: 8px; }
[aria-pressed] { margin-right: 8px; border-color: var(--line); }
[aria-pressed=true] { color: var(--link); border-color: currentColor; }
[aria-disabled=true] { opacity: .5; }
.chip { display: block; margin: 0 0 8px; border-color: var(--quiet); background: var(--paper); color: var(--link); text-align: left; line-height: 1.5; }
.ask { display: flex; align-items: flex-end; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
.ask, .notice, .foot { background: var(--paper); }
.notice, .foot { margin: 0; padding: 0 14px; color: var(--alert); }
.foot { padding-bottom: 10px; color: var(--quiet); }
textarea { flex: 1; min-width: 0; max-height: 142px; resize: none; border-color: var(--quiet); }
textarea::placeholder { color: var(--quiet); opacity: 1; }
@media (max-width: 480px) {
  .panel, .left .panel { top: 0; right: auto; bottom: auto; left: 0; width: 100%; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0; padding: env(safe-area-inset-top) 0 env(safe-area-inset-bottom); }
}
`;
  let sheet;

  let store = {}; // where storage is blocked: until the page is left
  for (const name of ["sessionStorage", "localStorage"]) {
    try {
      window[name]["policy-chat"] = 1;
      store = window[name];
    } catch {}
  }

  /** `given`: a class, or properties and attributes. */
  function el(tag, given, ...children) {
    const node = document.createElement(tag);
    const set = typeof given === "string" ? { className: given } : given;
    for (const name in set) name in node ? (node[name] = set[name]) : node.setAttribute(name, set[name]);
    node.append(...children);
    return node;
  }

  function inkOn(color) {
    const [r, g, b] = color.match(/[\da-f]{2}/gi).map((hex) => (parseInt(hex, 16) / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
  }

  /** The Markdown that answers use: paragraphs, lists, quotes. */
  function markdown(text, link) {
    const out = el("div");
    let block, kind;
    for (const line of text.split("\n")) {
      const [, mark, rest] = /^\s*([->])? *(.*)$/.exec(line);
      const tag = { "-": "ul", ">": "blockquote" }[mark] || "p";
      if (!mark && !rest) kind = "";
      else {
        if (tag !== kind) out.append((block = el((kind = tag))));
        else if (mark !== "-") block.append(el("br"));
        inline(mark === "-" ? block.appendChild(el("li")) : block, rest, link);
      }
    }
    return out;
  }

  function inline(parent, text, link) {
    let found;
    while ((found = /\*\*(.+?)\*\*|\*([^*]+)\*|\[([^\]]+)\]\((\/policy\/[^)\s]*)\)/.exec(text))) {
      const [all, bold, italic, label, path] = found;
      parent.append(text.slice(0, found.index), inline(path ? link(path) : el(bold ? "b" : "em"), bold || italic || label, link));
      text = text.slice(found.index + all.length);
    }
    parent.append(text);
    return parent;
  }

  async function* events(texts) {
    let rest = "";
    for await (const text of texts) {
      const parts = (rest + text.replace(/\r/g, "")).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(part) || [];
        if (data) yield [name, JSON.parse(data)];
      }
    }
  }

  /** A key for the input method; Safari tells by its code. */
  function composing(event) {
    return event.isComposing || event.keyCode === 229;
  }

  class PolicyChat extends HTMLElement {
    connectedCallback() {
      if (!this.panel) this.build();
      addEventListener("online", this);
      visualViewport.addEventListener("resize", this);
      visualViewport.addEventListener("scroll", this);
      if (this.hasAttribute("open") && !phone.matches) this.show();
    }

    disconnectedCallback() {
      this.hide();
      this.stop?.();
      removeEventListener("online", this);
      visualViewport.removeEventListener("resize", this);
      visualViewport.removeEventListener("scroll", this);
    }

    build() {
      const said = (name) => (this.getAttribute(name) || "").trim();
      const title = said("title") || "政策问答";
      const color = said("color");
      this.base = said("host") ? said("host").replace(/\/*$/, "/") : new URL("..", script.src).href;
      this.policy = said("policy") || undefined;
      this.side = said("position") === "left" ? "left" : "right";
      const place = [...document.querySelectorAll("policy-chat")].indexOf(this);
      this.key = ["policy-chat", this.base, title, this.policy, this.id || place, ""].join(" ");
      this.kept = {};
      this.seen = new Set();
      this.link = (path) => el("a", { href: this.base + path.slice(1), target: "_blank", rel: "noopener" });

      this.launch = el("button", { className: "launch", "aria-haspopup": "dialog", "aria-expanded": false, onclick: () => (this.panel.open ? this.hide() : this.show(true)) }, title);
      this.log = el("div", { className: "log", role: "log", "aria-label": "对话", tabIndex: 0 });
      this.log.onwheel = this.log.ontouchmove = this.log.onkeydown = () => (this.pinned = null);
      this.chips = el("div", { role: "group", "aria-label": "可以这样问", "aria-live": "off" });
      this.notice = el("p", { className: "notice", role: "alert" });
      this.box = el("textarea", { rows: 1, "aria-label": "您的问题", placeholder: "输入问题", oninput: () => this.typed() });
      this.box.onkeydown = (event) => {
        if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
        event.preventDefault();
        this.submit();
      };
      this.send = el("button", { className: "send", onclick: () => this.submit() }, "发送");
      this.panel = el(
        "dialog",
        { className: "panel", "aria-label": title },
        el("div", "head", el("h2", "", title), el("button", { onclick: () => this.restart() }, "重新开始"), el("button", { onclick: () => this.hide() }, "关闭")),
        this.log,
        el("div", "ask", this.box, this.send),
        this.notice,
        el("p", "foot", "回答由AI生成，以政策原文为准。请勿输入个人信息。"),
      );
      this.panel.onkeydown = (event) => {
        if (event.key === "Escape" && !composing(event)) this.hide();
      };
      this.panel.oncancel = (event) => {
        event.preventDefault();
        this.hide();
      };

      const root = el("div", { className: `root ${this.side} ${said("position") && "floats"}`, lang: "zh-CN", title: "" /* no tooltip */ }, this.launch, this.panel);
      if (/^#[\da-f]{6}$/i.test(color)) {
        root.style.setProperty("--brand", color);
        root.style.setProperty("--on-brand", inkOn(color));
      }
      if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      shadow.append(root);
      this.welcome();
    }

    show(focus) {
      for (const other of document.querySelectorAll("policy-chat")) if (phone.matches || other.side === this.side) other.hide?.();
      if (phone.matches) {
        const page = document.documentElement.style;
        this.overflow = page.overflow;
        page.setProperty("overflow", "hidden", "important");
        this.panel.showModal();
      } else this.panel.setAttribute("open", ""); // takes no focus
      this.launch.setAttribute("aria-expanded", true);
      if (focus) this.box.focus();
      this.typed();
      this.handleEvent();
      this.loaded = this.loaded || this.load();
    }

    hide() {
      if (!this.panel.open) return;
      const focused = this.shadowRoot.activeElement;
      this.panel.close();
      if (this.overflow != null) document.documentElement.style.overflow = this.overflow;
      this.overflow = null;
      this.launch.setAttribute("aria-expanded", false);
      if (focused) this.launch.focus();
    }

    /** Network back, or a phone's keyboard. */
    handleEvent(event) {
      if (event?.type === "online") {
        this.wake?.();
        if (this.lost && !this.busy) this.recover(this.lost);
      }
      const { height, offsetTop, scale } = visualViewport;
      const fits = phone.matches && scale === 1;
      this.panel.style.height = fits ? `${height}px` : "";
      this.panel.style.top = fits ? `${offsetTop}px` : "";
      this.scroll();
    }

    typed() {
      const length = [...this.box.value.trim()].length;
      this.keep("draft", this.box.value);
      this.notice.textContent = length < LIMIT ? "" : `${length}/${LIMIT} 字，请删减或分几次提问。`;
      this.box.style.height = "auto";
      this.box.style.height = `${this.box.scrollHeight + 2}px`;
      this.scroll();
      return length;
    }

    submit() {
      const question = this.box.value.trim();
      if (this.busy || this.typed() > LIMIT) return;
      if (!question) return (this.notice.textContent = "请先输入问题。");
      this.box.value = "";
      this.typed();
      this.ask(question);
    }

    welcome() {
      this.log.replaceChildren(el("p", "told", "请说出企业的情况来提问，金额请带上单位。回答逐条附上政策原文。"), this.chips);
      this.offer((this.getAttribute("question") || "").split("|"));
      this.box.value = this.keep("draft");
    }

    restart() {
      this.keep("id", "");
      this.keep("asked", "");
      this.lost = null;
      this.welcome();
      this.stop?.();
      this.work();
      this.box.focus();
    }

    async load() {
      const asked = this.keep("asked"); // sent, and not yet confirmed
      let last;
      if (this.keep("id")) {
        this.work(this);
        this.log.setAttribute("aria-live", "off"); // not read out again
        try {
          const turns = await this.turns();
          if (!this.keep("id")) return; // begun anew meanwhile
          this.log.replaceChildren(this.chips);
          for (const { question, turn_id, answer } of turns) {
            last = this.turn(question, turn_id);
            if (answer) this.finish(last, answer);
            else this.lose(last, UNFINISHED);
          }
        } catch (error) {
          this.loaded = null;
          if (error.status === 404) this.keep("id", "");
          else this.notice.textContent = LOST;
        }
        this.work();
        setTimeout(() => this.log.removeAttribute("aria-live"), 1000);
        if (last && !last.done) this.recover(last);
      }
      if (asked && asked !== last?.question) this.lose(this.turn(asked), UNFINISHED);
    }

    turn(question, id) {
      const slot = el("div");
      const node = el("div", "", el("p", "said", question), slot);
      this.chips.before(node);
      this.offer([]);
      this.seen.add(id);
      return (this.pinned = { question, id, node, slot });
    }

    async ask(question) {
      const view = this.turn(question);
      this.keep("asked", question);
      this.work(view);
      this.wait(view, "正在发送…");
      await this.tell(view);
      if (this.busy === view) this.work();
    }

    async tell(view) {
      const id = this.keep("id") || undefined;
      let told = "";
      try {
        const body = { question: view.question, channel: "widget", conversation_id: id, policy_id: this.policy };
        for await (const [name, data] of events(this.read("api/chat", body))) {
          if (!view.node.parentNode) return;
          if (name === "status") {
            this.keep("id", data.conversation_id);
            this.keep("asked", "");
            this.seen.add((view.id = data.turn_id));
            this.wait(view, data.text);
          } else if (name === "delta") this.put(view, markdown((told += data.text), this.link), true);
          else if (name === "done") return this.finish(view, data);
          else if (name === "error") throw Object.assign(new Error(data.detail), data);
        }
      } catch (error) {
        if (error.status === 404 && id) {
          this.keep("id", ""); // gone: begin anew
          this.log.replaceChildren(view.node, this.chips);
          return this.tell(view);
        }
        if (error.status) return this.lose(view, error.message);
      }
      return this.recover(view);
    }

    /** Looks for a lost answer; never asks again by itself. */
    async recover(view) {
      if (!view.node.parentNode) return;
      let told = this.admitted ? LOST : SHUT_OUT;
      this.work(view);
      this.wait(view, "连接中断，正在找回回答…");
      for (const wait of this.keep("id") ? LOOKS : []) {
        await new Promise((done) => setTimeout((this.wake = done), wait * 1000));
        if (!view.node.parentNode) return;
        try {
          const found = (await this.turns()).find((turn) => (view.id ? turn.turn_id === view.id : turn.question === view.question && !this.seen.has(turn.turn_id)));
          told = UNFINISHED;
          if (found?.answer) this.finish(view, found.answer);
          if (found?.answer || (!found && wait)) break;
        } catch (error) {
          if (error.status === 404) break;
        }
      }
      this.lost = view.done ? null : view;
      if (this.lost) this.lose(view, told);
      if (this.busy === view) this.work();
    }

    work(view) {
      this.busy = view;
      this.send.setAttribute("aria-disabled", !!view);
    }

    /** Shows an answer; what grows is not read aloud. */
    put(view, node, grows) {
      const told = el("div", grows ? { className: "told", "aria-live": "off" } : "told", node);
      view.slot.replaceWith(told);
      view.slot = told;
      this.scroll();
      return told;
    }

    wait(view, text) {
      this.put(view, el("span", "wait", text), true);
    }

    lose(view, text) {
      const again = () => {
        if (this.busy) return;
        view.node.remove();
        this.log.focus();
        this.ask(view.question);
      };
      this.put(view, text).append(el("button", { className: "chip", onclick: again }, "重新提问"));
    }

    finish(view, { answer, status, citations, basis, suggestions, turn_id }) {
      const day = (iso) => iso.replace(/(\d+)-0?(\d+)-0?(\d+)/, "$1年$2月$3日");
      const told = this.put(view, markdown(answer, this.link));
      if (STATUS[status]) told.prepend(el("p", "status", STATUS[status]));
      const links = citations.map(({ policy_id, clause_id, label, quote }) => {
        const link = this.link(`/policy/${policy_id}?q=${encodeURIComponent(quote)}#${clause_id}`);
        link.className = "clause";
        link.append(label, el("q", "", quote));
        return link;
      });
      if (links[0]) told.append(el("details", { open: links.length < 5 }, el("summary", "", `条款原文 ${links.length} 处`), ...links));
      told.append(el("p", "basis", `《${basis.policy_title}》 · ${basis.status} · 有效期 ${day(basis.in_force_from)} 至 ${day(basis.in_force_to)} · 按 ${day(basis.as_of)} 计${basis.in_force ? "" : "，不在有效期内"}`), this.rating(turn_id));
      this.offer(suggestions);
      this.keep("asked", "");
      this.seen.add(turn_id);
      view.done = true;
    }

    rating(turn_id) {
      const said = el("span", { role: "status" });
      let given = null;
      const button = (rating, text) => {
        const onclick = async () => {
          const wanted = given === rating ? null : rating; // a second click takes it back
          try {
            await this.json("api/feedback", { turn_id, rating: wanted });
            given = wanted;
            said.textContent = given ? "谢谢。" : "";
            like.setAttribute("aria-pressed", given === "like");
            dislike.setAttribute("aria-pressed", given === "dislike");
          } catch (error) {
            said.textContent = error.status ? error.message : LOST;
          }
        };
        return el("button", { "aria-pressed": false, onclick }, text);
      };
      const like = button("like", "有帮助");
      const dislike = button("dislike", "没帮助");
      return el("div", { className: "rate", "aria-live": "off" }, like, dislike, said);
    }

    offer(questions) {
      const chip = (text) => el("button", { className: "chip", onclick: () => this.busy || (this.log.focus(), this.ask(text)) }, text);
      this.chips.replaceChildren(...questions.filter((one) => one.trim()).slice(0, 3).map(chip));
      this.scroll();
    }

    /** Keeps the question in view, until the reader scrolls. */
    scroll() {
      if (this.pinned) this.log.scrollTop = this.pinned.node.offsetTop - 12;
    }

    /** Reads or sets what outlives the page. */
    keep(name, value) {
      const key = this.key + name;
      this.kept[name] = value ?? this.kept[name] ?? store[key] ?? "";
      try {
        if (value != null) store[key] = value;
      } catch {}
      return this.kept[name];
    }

    /** A body, piece by piece. Errors have a status unless the connection was lost. */
    async *read(path, body) {
      const stop = new AbortController();
      let timer;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => stop.abort(), SILENCE);
      };
      if (body?.question) this.stop = () => stop.abort();
      try {
        alive();
        const asked = body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
        const response = await fetch(this.base + path, { ...asked, credentials: "omit", redirect: "error", cache: "no-store", signal: stop.signal });
        this.admitted = true;
        if (!response.ok) {
          const problem = await response.json().catch(() => 0);
          throw Object.assign(new Error(problem.detail || LOST), { status: response.status });
        }
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        for (let part; !(part = await reader.read()).done; alive()) yield decoder.decode(part.value, { stream: true });
      } finally {
        clearTimeout(timer);
        stop.abort();
      }
    }

    async json(path, body) {
      let text = "";
      for await (const part of this.read(path, body)) text += part;
      return JSON.parse(text);
    }

    async turns() {
      return (await this.json(`api/conversations/${this.keep("id")}`)).turns;
    }
  }

  function start() {
    if (customElements.get("policy-chat")) return;
    customElements.define("policy-chat", PolicyChat);
    if (document.querySelector("policy-chat")) return;
    const chat = el("policy-chat");
    for (const [name, value] of Object.entries({ position: "right", ...script.dataset })) chat.setAttribute(name, value);
    document.documentElement.append(chat); // a filter on body would move it
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
