// The page on the interfaces: the form to try a question, and the table of contents folded where it would fill a phone.
(() => {
  const contents = document.querySelector(".contents details");
  if (matchMedia("(max-width: 60em)").matches) contents.open = false;

  const form = document.querySelector(".try");
  const result = form.querySelector(".result");
  const button = form.querySelector("button");
  form.hidden = false;

  function show(told, body) {
    const line = document.createElement("div");
    line.textContent = told;
    result.replaceChildren(line);
    if (body === undefined) return;
    const shown = document.createElement("pre");
    shown.textContent = JSON.stringify(body, null, 2);
    result.append(shown);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    show("正在提问…");
    try {
      const sent = { method: "POST", headers: { "Content-Type": "application/json" } };
      const response = await fetch(form.action, { ...sent, body: JSON.stringify({ question: form.question.value }) });
      const body = await response.json();
      show(`返回 ${response.status}：${response.ok ? "以下是完整的结果" : body.detail}`, body);
    } catch {
      show("没有连上服务，请检查网络后再试。");
    } finally {
      button.disabled = false;
    }
  });
})();
