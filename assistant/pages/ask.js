// What Gradio says in English is said in Chinese here: the page's language, the names of chat messages (with their HTML source as the
// name) and the toasts about the connection. How much may still be written is said. A finished answer is read out once.
(() => {
  const NAMES = { user: "提问", bot: "回答", log: "对话" };
  const TOLD = [
    [/connection to the server was lost/i, "与服务器的连接断开了，正在重新连接，连上后会自动刷新。"],
    [/^(error|warning|info|connection lost)$/i, "提示"],
    [/busy/i, "现在提问的人较多，请稍后再发送。"],
    [/[a-z]{3}/i, "没有发送成功，请检查网络后再试。"],
  ];
  const LIMIT = 2000; // characters of a question
  const NEAR = 1800; // from here on it is said how many are left
  const box = () => document.querySelector("#box textarea");
  const last = (selector) => [...document.querySelectorAll(selector)].at(-1);

  function name(element, label) {
    if (element.getAttribute("aria-label") === label) return;
    element.setAttribute("aria-label", label);
    if (!element.hasAttribute("role") && element.tagName !== "BUTTON") element.setAttribute("role", "group");
  }

  function translate() {
    if (document.documentElement.lang !== "zh-CN") document.documentElement.lang = "zh-CN";
    for (const element of document.querySelectorAll('#chat [role="log"], #chat [data-testid]')) {
      const label = NAMES[element.dataset.testid || element.getAttribute("role")];
      if (label) name(element, label);
    }
    const log = document.querySelector('#chat [role="log"]'); // it would read every bit of an answer that is being written
    if (log && log.getAttribute("aria-live") !== "off") log.setAttribute("aria-live", "off");
    for (const button of document.querySelectorAll(".toast-wrap button")) name(button, "关闭");
    for (const header of document.querySelectorAll(".toast-wrap [role=button]:has(button)")) { // a button within a button
      header.removeAttribute("role");
      header.removeAttribute("tabindex");
    }
    const toasts = document.querySelector(".toast-wrap");
    const texts = toasts && document.createTreeWalker(toasts, NodeFilter.SHOW_TEXT);
    while (texts?.nextNode()) {
      const told = TOLD.find(([english]) => english.test(texts.currentNode.data.trim()));
      if (told) texts.currentNode.data = told[1];
    }
  }

  // Gradio takes light or dark from the system and says it by a class of the body; what view.js shows stands above that.
  function dress() {
    const dark = document.documentElement.dataset.theme === "dark";
    if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  }

  // One place that is read out, outside of what Gradio draws; said by an event so that every script of the page can speak.
  let voice;
  addEventListener("say", ({ detail }) => {
    voice.textContent = ""; // the same words twice are two messages
    setTimeout(() => (voice.textContent = detail), 50);
  });

  function count() {
    const place = document.getElementById("left");
    if (!place || !box()) return;
    const left = LIMIT - Array.from(box().value.trim()).length;
    const told = left > LIMIT - NEAR ? "" : left >= 0 ? `还可以写 ${left} 字` : `超出 ${-left} 字，请删减`;
    if (place.textContent === told) return;
    if (left < 0 && !place.classList.contains("over")) dispatchEvent(new CustomEvent("say", { detail: "问题太长，请删减。" }));
    place.classList.toggle("over", left < 0);
    place.textContent = told;
  }

  // The question just asked stands at the top of the window, unless the reader has moved on meanwhile; its answer is read out once it is
  // whole. What is drawn may come later than the events: the first answer waits for a part of Gradio to load.
  let question; // the last one drawn
  let known; // the id of the last whole answer drawn
  let asking = false;
  let moved = false;
  for (const way of ["wheel", "touchmove"]) addEventListener(way, () => (moved = true), { passive: true });
  const show = () => question?.scrollIntoView({ block: "start", behavior: "instant" });
  addEventListener("asked", () => {
    asking = true;
    moved = false;
  });

  function follow() {
    const said = last("#chat .said");
    const answer = last("#chat .answer:not(.writing)");
    const told = answer && answer.id !== known;
    if (said === question && !told) return;
    question = said;
    known = answer?.id;
    if (!moved) requestAnimationFrame(show);
    if (!told || !asking) return;
    asking = false;
    dispatchEvent(new CustomEvent("say", { detail: `回答：${answer.querySelector(".text").innerText}` }));
  }

  // A reason why a question could not be sent no longer holds once it is changed.
  const stale = (on) => document.getElementById("notice")?.classList.toggle("stale", on);
  addEventListener("input", ({ target, filled }) => target === box() && !filled && stale(true)); // `filled`: by sending.js, not by the user
  addEventListener("asked", () => stale(false));

  addEventListener("click", ({ target }) => {
    if (target.closest("#past-list .open, #new")) asking = moved = false; // what is shown next answers no question asked now
    if (target.closest("#send, .chip, #new") && matchMedia("(pointer: fine)").matches) box()?.focus(); // a phone's keyboard hides the answer
  });

  // In a narrow box the hint is short, so that it stays on one line; on a small screen the line below the box may sink out of sight
  // (ask.css), by as much as it is high.
  const HINTS = ["输入问题，金额请带上单位", "输入问题"];
  const WIDE = 16; // characters of the longer hint and its margins
  const measured = new ResizeObserver(() => {
    const width = box().clientWidth / parseFloat(getComputedStyle(box()).fontSize);
    box().placeholder = HINTS[width < WIDE ? 1 : 0];
    document.documentElement.style.setProperty("--foot", `${document.getElementById("foot").offsetHeight}px`);
  });

  function measure() {
    if (!box() || box().dataset.measured) return;
    box().dataset.measured = "";
    measured.observe(box());
    measured.observe(document.getElementById("foot"));
  }

  addEventListener("DOMContentLoaded", () => {
    voice = document.createElement("div");
    voice.className = "unseen";
    voice.setAttribute("role", "status");
    document.body.append(voice);
    const observer = new MutationObserver(dress);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    dress();
  });
  addEventListener("input", count);
  new MutationObserver(() => {
    translate();
    measure();
    count();
    follow();
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["aria-label", "aria-live", "lang"],
  });
})();
