// The call: a question is answered as it is typed, kept by Enter, followed up; from call to call.
(() => {
  const { el, byId } = desk;
  const REST = 30; // milliseconds without a keystroke before an answer is asked for
  const ASK_LIMIT = 120000; // a chat model may take long
  const box = byId("question");
  const notes = byId("notes");

  let turns = []; // of this call: {turn_id, question, shown}
  let looking = null; // the preview under way
  let seen = ""; // the question the answer on screen is for, when it is not kept
  let pending = ""; // the question being kept
  let listed = new Set(); // conversations known to be in the list of calls
  let resting = 0;
  let before = null; // the call left last, to go back to with what was typed in it

  // ---- answers while typing
  function typed(at_once = false) {
    desk.keep("question", box.value);
    fit();
    if (box.value.trim()) say("尚未记录", "not-kept");
    clearTimeout(resting);
    resting = setTimeout(look, at_once ? 0 : REST);
  }

  function fit() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  async function look() {
    const question = box.value.trim();
    if (question === seen && looking === null && question) return;
    looking?.abort();
    looking = null;
    if (!question) return showTurn(turns.at(-1));
    const mine = (looking = new AbortController());
    busy(true);
    say("尚未记录", "not-kept");
    try {
      const found = await desk.steadily("POST", "/api/desk/preview", asked(question), { signal: mine.signal });
      if (mine !== looking) return;
      seen = question;
      desk.show(found, question);
    } catch (error) {
      if (mine !== looking || error.name === "AbortError") return;
      blank();
      desk.alarm(error.message, look);
    }
    looking = null;
    busy(false);
  }

  /** Marks what is on screen as the answer to something else than what stands in the box. */
  function busy(is) {
    if (is) byId("shown").setAttribute("aria-busy", "true");
    else byId("shown").removeAttribute("aria-busy");
  }

  function blank() {
    seen = "";
    desk.show(null);
  }

  function asked(question) {
    return { question, ...(desk.call.conversation ? { conversation_id: desk.call.conversation } : {}) };
  }

  function say(text, state = "") {
    if (byId("kept").textContent !== text) byId("kept").textContent = text; // said aloud when it changes
    byId("kept").className = `kept ${state}`;
  }

  function showTurn(turn) {
    seen = "";
    busy(false);
    desk.show(turn?.shown ?? null, turn?.question);
    if (box.value.trim()) say("尚未记录", "not-kept");
    else if (!turn) say("");
    else say(turn.shown ? "已记录" : "没有答完", turn.shown ? "kept-now" : "not-kept");
    for (const button of byId("turns").querySelectorAll("button")) {
      if (button.dataset.turn === turn?.turn_id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  // ---- keeping a question as a turn of the call; the box is free for the next one meanwhile
  async function keep() {
    const question = box.value.trim();
    if (!question) return desk.tell("请先输入来电人的问题");
    if (pending) return desk.tell("上一个问题正在记录，请稍候再按 Enter");
    const ours = desk.call;
    clearTimeout(resting);
    looking?.abort();
    looking = null;
    busy(seen !== question);
    setPending(question);
    setBox("");
    say("正在记录…");
    try {
      const turn = await recorded(question);
      desk.fine();
      if (ours === desk.call) {
        turns.push(turn);
        begin(turn.shown.answer.conversation_id);
      }
      setPending("");
      if (ours === desk.call && !box.value.trim()) showTurn(turn);
      else look();
    } catch (error) {
      setPending("");
      const told = `「${question}」还没有记录。${error.message}`;
      if (ours !== desk.call) desk.alarm(`上一通来电：${told}`);
      else if (box.value.trim()) desk.alarm(told);
      else {
        setBox(question);
        say("尚未记录", "not-kept");
        if (seen !== question) blank();
        desk.alarm(told, keep);
      }
      if (error.status) return; // it was refused: nothing new is in the list, and the reason stays to be read
    }
    loadCalls();
  }

  function setPending(question) {
    pending = question;
    desk.keep("pending", question);
    drawTurns();
  }

  function setBox(text) {
    box.value = text;
    desk.keep("question", text);
    fit();
  }

  /** Asks once; where the connection is lost, looks first whether the server has kept it, and asks again if not. */
  async function recorded(question) {
    const body = asked(question);
    const known = new Set(turns.map((turn) => turn.turn_id));
    const before_it = listed;
    for (let tries = 0; ; tries++) {
      try {
        const found = tries ? await foundAgain(body, known, before_it) : null;
        if (found) return found;
        const shown = await desk.request("POST", "/api/desk/ask", body, { limit: ASK_LIMIT });
        return { turn_id: shown.answer.turn_id, question, shown };
      } catch (error) {
        if (error.status || tries === desk.PAUSES.length) throw error;
        desk.alarm(`${error.message} 正在自动重试（${tries + 1}/${desk.PAUSES.length}）…`);
        await desk.pause(desk.PAUSES[tries]);
      }
    }
  }

  async function foundAgain({ question, conversation_id: conversation }, known, before_it) {
    if (!conversation) {
      const calls = await desk.request("GET", "/api/desk/calls");
      conversation = calls.find((one) => one.first_question === question && !before_it.has(one.conversation_id))?.conversation_id;
    }
    if (!conversation) return null;
    const found = await desk.request("GET", `/api/desk/calls/${conversation}`);
    return found.turns.find((turn) => turn.question === question && turn.shown && !known.has(turn.turn_id));
  }

  function begin(conversation) {
    if (desk.call.conversation === conversation) return;
    desk.call.conversation = conversation;
    desk.keep("call", { conversation, loaded: desk.call.loaded });
    desk.saveNotes();
  }

  function drawTurns() {
    const lines = turns.map((turn) => {
      const status = turn.shown ? desk.STATUS[turn.shown.answer.status] : "没有答完";
      const data = { "data-turn": turn.turn_id };
      const button = el("button", { type: "button", data }, el("span", {}, turn.question), el("small", {}, status));
      button.onclick = () => {
        showTurn(turn);
        desk.toBox();
      };
      return el("li", {}, button);
    });
    if (pending) lines.push(el("li", "hint", `${pending}（正在记录…）`));
    byId("turns").replaceChildren(...(lines.length ? lines : [el("li", "hint", "还没有记录的问题")]));
    byId("turns").scrollTop = byId("turns").scrollHeight;
  }

  // ---- from call to call
  function leave() {
    clearTimeout(resting);
    looking?.abort();
    looking = null;
    desk.saveNotes();
    const unsaved = Boolean(box.value.trim()) || (notes.value.trim() && !desk.call.conversation);
    if (unsaved || turns.length) before = { conversation: desk.call.conversation, question: box.value, notes: notes.value, unsaved };
  }

  function enter({ conversation = "", question = "", said = "", loaded = said, asked: kept = [] }) {
    desk.call = { conversation, loaded: conversation ? loaded : "" };
    turns = kept;
    setBox(question);
    notes.value = said;
    desk.keep("call", desk.call);
    desk.keep("notes", conversation ? null : said || null);
    byId("noted").textContent = "";
    drawTurns();
    showTurn(turns.at(-1));
    if (question.trim()) look();
    byId("back").hidden = !before?.unsaved;
    for (const button of byId("calls").querySelectorAll("button")) mark(button);
    desk.pane("answer");
    desk.toBox();
  }

  function mark(button) {
    if (button.dataset.call === desk.call.conversation) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }

  function newCall() {
    if (!box.value.trim() && !notes.value.trim() && !turns.length) return desk.toBox();
    leave();
    enter({});
    desk.tell("新来电");
  }

  async function openCall(conversation) {
    if (conversation === desk.call.conversation) return desk.toBox();
    try {
      const found = await desk.steadily("GET", `/api/desk/calls/${conversation}`);
      leave();
      enter({ conversation, said: found.notes, asked: found.turns });
    } catch (error) {
      desk.alarm(error.message, () => openCall(conversation));
    }
  }

  async function goBack() {
    const { conversation, question, notes: said } = before;
    try {
      const kept = conversation ? await desk.steadily("GET", `/api/desk/calls/${conversation}`) : { turns: [], notes: "" };
      leave();
      enter({ conversation, question, said, loaded: kept.notes, asked: kept.turns });
      if (said) desk.noted();
    } catch (error) {
      desk.alarm(error.message, goBack);
    }
  }

  async function loadCalls() {
    try {
      const calls = await desk.steadily("GET", "/api/desk/calls");
      listed = new Set(calls.map((one) => one.conversation_id));
      const lines = calls.map((one) => {
        const data = { "data-call": one.conversation_id };
        const told = `${desk.time(one.began_at)} · ${one.questions} 问`;
        const button = el("button", { type: "button", data }, el("small", {}, told), el("span", {}, one.first_question));
        button.onclick = () => openCall(one.conversation_id);
        mark(button);
        return el("li", {}, button);
      });
      byId("calls").replaceChildren(...(lines.length ? lines : [el("li", "hint", "还没有来电")]));
    } catch (error) {
      desk.alarm(error.message, loadCalls);
    }
  }

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || desk.composing(event)) return;
    event.preventDefault();
    if (!event.repeat) keep();
  });
  box.addEventListener("input", (event) => event.isComposing || typed(event.inputType === "insertFromPaste"));
  box.addEventListener("compositionend", () => typed(true));
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    desk.toBox();
  });
  byId("new-call").onclick = desk.newCall = newCall;
  byId("back").onclick = goBack;

  // ---- as it was before a reload
  async function start() {
    const typed_before = [desk.kept("pending", ""), desk.kept("question", "")];
    const unsaved = desk.kept("notes");
    notes.value = unsaved ?? "";
    drawTurns();
    loadCalls();
    try {
      if (desk.call.conversation) {
        const found = await desk.steadily("GET", `/api/desk/calls/${desk.call.conversation}`);
        turns = found.turns;
        notes.value = unsaved ?? found.notes;
        if (unsaved === null) Object.assign(desk.call, { loaded: found.notes });
        drawTurns();
        desk.saveNotes();
      }
    } catch (error) {
      if (error.status === 404) desk.call = { conversation: "", loaded: "" };
      else desk.alarm(error.message, () => location.reload());
    }
    if (typed_before[0] === turns.at(-1)?.question) typed_before.shift(); // it was kept after all
    desk.keep("pending", "");
    setBox([...typed_before.filter(Boolean), ...(box.value ? [box.value] : [])].join(" "));
    if (box.value.trim()) look();
    else showTurn(turns.at(-1));
    desk.toBox();
  }

  start();
})();
