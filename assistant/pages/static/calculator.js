// The calculator made live: what is filled in is sent after a short rest, the latest answer is shown, an older one never.
// The cards come from the server as HTML (the page holds the same); here they are only put in their place.
(() => {
  const REST = 150; // milliseconds without a keystroke before the server is asked
  const UNFINISHED = 900; // and before a number that is still being typed is said to be unreadable
  const LIMIT = 15000; // the longest an answer is waited for

  const form = document.getElementById("calculator");
  const results = document.getElementById("results");
  const state = document.getElementById("state");
  const fault = document.getElementById("fault");
  const summary = document.getElementById("summary");
  const below = document.getElementById("below"); // the outcome at the foot of a phone's screen
  const day = document.getElementById("as_of");
  const dayError = document.getElementById("as_of.error");
  let resting = 0; // timers
  let unfinished = 0;
  let asking = null; // the request under way
  let failed = false;
  let shown = filled(); // what the results on the page are of

  function asked() {
    const body = { policy_id: "", scale: "linear", values: {}, counts: {}, facts: {} };
    for (const [name, said] of new FormData(form)) {
      const value = said.trim();
      const [kind, key] = name.split(/\.(.*)/s);
      if (!value) continue;
      if (kind === "facts") body.facts[key] = value === "yes";
      else if (key) body[kind][key] = value;
      else body[kind] = value;
    }
    return body;
  }

  function filled() {
    return JSON.stringify({ ...asked(), scale: "" });
  }

  function address() {
    const said = [...new FormData(form)].filter(([name, words]) => words.trim() && !(name === "scale" && words === "linear"));
    return `${form.getAttribute("action")}?${new URLSearchParams(said)}`;
  }

  async function calculate() {
    stop();
    const incomplete = day.validity.badInput;
    dayError.textContent = incomplete ? dayError.dataset.incomplete : "";
    if (incomplete) day.setAttribute("aria-invalid", "true");
    else day.removeAttribute("aria-invalid");
    if (incomplete) return outdated(true);
    const mine = (asking = new AbortController());
    const limit = setTimeout(() => mine.abort(), LIMIT);
    try {
      const response = await fetch("/api/calculate", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(asked()),
        signal: mine.signal,
      });
      const told = await response.json();
      if (mine !== asking) return;
      if (response.ok) show(told);
      else fail(told.detail);
    } catch {
      if (mine === asking) fail("");
    } finally {
      clearTimeout(limit);
      if (mine === asking) results.removeAttribute("aria-busy");
    }
  }

  // No answer is waited for any more; the one that was under way would be of other words.
  function stop() {
    clearTimeout(resting);
    clearTimeout(unfinished);
    asking?.abort();
    asking = null;
    results.setAttribute("aria-busy", "true");
  }

  // Results of other words than those in the form are not left beside it.
  function outdated(yes) {
    results.hidden = yes;
    if (yes) summary.textContent = below.textContent = "";
  }

  function fail(detail) {
    failed = true;
    outdated(filled() !== shown);
    fault.textContent = detail || "暂时连不上服务。您填的都还在，网络恢复后会自动再算，也可以点“计算”重试。";
  }

  function show(told) {
    failed = false;
    fault.textContent = "";
    shown = filled();
    outdated(false);
    const open = new Set([...results.querySelectorAll("details[open]")].map((one) => one.id));
    const focused = results.contains(document.activeElement) ? document.activeElement.id : "";
    results.innerHTML = told.html;
    for (const one of results.querySelectorAll("details")) one.open = open.has(one.id);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (summary.textContent !== told.summary) summary.textContent = below.textContent = told.summary;
    state.textContent = "";
    history.replaceState(null, "", address());
    read(new Map(told.entries.map((entry) => [entry.field, entry])));
  }

  // What was read, or what is wrong, beneath each field. An error in the field being typed in waits for the end of it.
  function read(entries) {
    clearTimeout(unfinished);
    for (const input of form.querySelectorAll("input[type=text]")) {
      const entry = entries.get(input.name);
      const wrong = entry?.error || "";
      input.parentElement.classList.remove("changed");
      document.getElementById(`${input.id}.read`).textContent = entry?.read ? `读作 ${entry.read}` : "";
      if (wrong && input === document.activeElement && !input.hasAttribute("aria-invalid")) {
        unfinished = setTimeout(() => mark(input, wrong), UNFINISHED);
      } else mark(input, wrong);
    }
  }

  function mark(input, wrong) {
    const error = document.getElementById(`${input.id}.error`);
    if (error.textContent !== wrong) error.textContent = wrong;
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  function soon() {
    stop();
    resting = setTimeout(calculate, REST);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "text") event.target.parentElement.classList.add("changed"); // what was read is of other words
    if (!event.isComposing) soon();
  });
  form.addEventListener("compositionend", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    calculate();
    document.getElementById("outcome-title").focus();
  });
  addEventListener("online", () => failed && calculate());

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-scale]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.elements.scale.value = link.dataset.scale;
    calculate();
  });

  new IntersectionObserver(([one]) => (below.hidden = one.isIntersecting)).observe(results);

  document.getElementById("print").addEventListener("click", () => print());
  document.getElementById("copy").addEventListener("click", async () => {
    const text = document.getElementById("text")?.textContent;
    if (!text) state.textContent = "还没有结果可以复制";
    else state.textContent = (await copyText(text)) ? "已复制" : "没有复制成功，请选中文字后复制";
  });
})();
