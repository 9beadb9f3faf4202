// Questions on their way. What is sent leaves the box here, at the moment of sending, whatever the line and the server do; the box is
// the user's again at once and nothing else ever writes over it. Questions go one after the other, in the order in which they were sent.
// One that got no answer comes back where the box is empty, else it waits above the box with a button to send it again. All of them
// survive a reload, and so does what was typed and not yet sent; a question in the address (/?ask=…) is put into the box.
(() => {
  const DRAFT = "policy-draft";
  const LIMIT = 2000; // characters of a question
  const SOON = 400; // milliseconds after which it is shown that a question is on its way
  const RESTED = 1000; // milliseconds without a key
  const LATE = 8000; // milliseconds after which one need not wait for the server to take it
  const kept = []; // questions that got no answer
  const waiting = []; // questions to send when the one before is answered
  let flight; // {text, at, taken}: the question being answered; `taken` when the server has it
  let held; // what the browser kept from before the page was loaded
  const drafts = (() => {
    try {
      return sessionStorage;
    } catch {
      return undefined; // the browser keeps nothing
    }
  })();
  const box = () => document.querySelector("#box textarea");
  const size = (text) => Array.from(text.trim()).length;

  function fill(text) {
    box().value = text;
    box().dispatchEvent(Object.assign(new Event("input", { bubbles: true }), { filled: true }));
  }

  // What cannot be sent stays in the box: the server says why.
  function submit() {
    const text = box().value;
    if (size(text) && size(text) <= LIMIT) {
      fill("");
      ask(text);
    } else if (!flight) {
      go({ text, stays: true });
    }
  }

  function ask(text) {
    waiting.push(text);
    next();
  }

  function next() {
    if (!flight && waiting.length) go({ text: waiting.shift() });
    draw();
  }

  function go(question) {
    flight = { ...question, at: Date.now(), taken: false };
    const asks = document.getElementById("asks");
    asks.dataset.question = Array.from(question.text.trim()).slice(0, LIMIT + 1).join(""); // enough to be told that it is too long
    dispatchEvent(new Event("asked"));
    asks.click();
    setTimeout(draw, SOON);
    setTimeout(draw, LATE);
  }

  function keep(text) {
    if (box() && !box().value) fill(text);
    else kept.push(text);
  }

  // Whoever is typing on does not get it between his letters: it comes back only when the keys have rested and the box is still empty.
  let pressed = 0; // when the last key was

  function comeBack(text) {
    kept.push(text);
    const look = () => {
      if (!kept.includes(text) || box()?.value) return;
      const rest = RESTED - (Date.now() - pressed);
      if (rest > 0) return setTimeout(look, rest);
      kept.splice(kept.indexOf(text), 1);
      keep(text);
      draw();
    };
    look();
  }

  // The server has the question when it names the turn it made of it: from then on a reload finds it again in its conversation.
  let turn = ""; // the last one named
  addEventListener("taken", ({ detail }) => {
    if (flight && detail !== turn) flight.taken = true;
    turn = detail;
    draw();
    setTimeout(turned);
  });

  // `notice` is what the server says where it did not go well. Whatever it says, a question that it never took failed.
  addEventListener("answered", ({ detail }) => {
    if (flight && detail.turn !== turn) flight.taken = true;
    turn = detail.turn;
    settle(detail.notice);
  });

  function settle(failed) {
    const done = flight;
    flight = undefined;
    if (done && !done.stays && (failed || !done.taken)) comeBack(done.text);
    if (turning) setTimeout(turned);
    else setTimeout(next); // Gradio is done with the last one first
  }

  // Where a request does not get through, Gradio shows a toast and says nothing else.
  const refused = (change) => [...change.addedNodes].some((one) => one.querySelector?.(".toast-body") || one.classList?.contains("toast-body"));

  // Who turns to another conversation takes along what waits. A question on its way to the server is let arrive there first: it belongs
  // to the conversation that is left, and cannot be called back before.
  let turning; // the button to press then

  function turned() {
    const button = turning;
    turning = undefined;
    button?.click();
  }

  function stop() {
    if (flight && !flight.stays && !flight.taken) keep(flight.text);
    flight = undefined;
    for (const text of waiting.splice(0)) keep(text);
    draw();
  }

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function row(state, text, ...acts) {
    const buttons = acts.map(([name, act]) => {
      const button = make("button", { type: "button", textContent: name });
      button.setAttribute("aria-label", `${name}：${text}`);
      button.addEventListener("click", () => {
        act();
        next();
        box()?.focus();
      });
      return button;
    });
    return make("li", {}, make("span", {}, make("b", { textContent: state }), text), ...buttons);
  }

  function draw() {
    const place = document.getElementById("waiting");
    if (!place) return;
    const rows = kept.map((text, at) => row("没有得到回答：", text,
      ["再发送", () => waiting.push(...kept.splice(at, 1))], ["移除", () => kept.splice(at, 1)]));
    const age = flight ? Date.now() - flight.at : 0;
    if (flight && !flight.stays && age >= SOON && !flight.taken) rows.push(row("正在发送：", flight.text, ...(age >= LATE ? [["不等了", stop]] : [])));
    rows.push(...waiting.map((text, at) => row("等待发送：", text, ["不发了", () => keep(...waiting.splice(at, 1))])));
    const shown = rows.map((one) => one.textContent).join("\n");
    if (place.dataset.shown === shown) return;
    place.dataset.shown = shown;
    place.replaceChildren(...rows);
  }

  // A question typed but not yet sent, and those without an answer, survive a reload.
  function restore() {
    if (!box()) return;
    const address = new URL(location.href);
    const asked = address.searchParams.get("ask")?.trim();
    held ??= read();
    if (address.searchParams.has("ask")) {
      address.searchParams.delete("ask");
      history.replaceState(history.state, "", address);
    }
    if (asked && box().value) keep(box().value);
    if (asked) fill(Array.from(asked).slice(0, LIMIT).join(""));
    for (const text of held.splice(0)) keep(text);
    if (asked) box().focus();
  }

  function read() {
    try {
      const found = JSON.parse(drafts?.getItem(DRAFT) ?? "[]");
      return Array.isArray(found) ? found.filter((one) => typeof one === "string" && one) : [];
    } catch {
      return []; // it holds something else
    }
  }

  function write() {
    if (!held) return; // the page has not been drawn yet: what was kept stays kept
    const unsent = flight && !flight.stays && !flight.taken ? [flight.text] : [];
    const texts = [box()?.value, ...kept, ...unsent, ...waiting].filter(Boolean);
    try {
      drafts?.setItem(DRAFT, JSON.stringify(texts));
    } catch {
      // the browser has no room
    }
  }

  // Enter that belongs to an input method never sends; any other that sends is taken here, before Gradio hears of it.
  addEventListener("keydown", (event) => {
    pressed = Date.now();
    if (event.key !== "Enter" || event.target !== box()) return;
    const composing = event.isComposing || event.keyCode === 229;
    if (!composing && (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)) return;
    event.stopImmediatePropagation();
    if (composing) return;
    event.preventDefault();
    if (!event.repeat) submit();
  }, true);
  addEventListener("click", ({ target }) => {
    if (target.closest("#send")) submit();
    const chip = target.closest("#chips .chip");
    if (chip) ask(chip.textContent.trim());
  });
  addEventListener("click", (event) => {
    const button = event.target.closest("#new, #reopen");
    if (!button) return;
    if (!flight || flight.taken || flight.stays) return stop();
    event.stopImmediatePropagation();
    turning = button;
  }, true);
  addEventListener("ask", ({ detail }) => ask(detail));
  addEventListener("pagehide", write);
  new MutationObserver((changes) => {
    restore();
    if (flight && !flight.taken && changes.some(refused)) settle(true);
    draw();
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
