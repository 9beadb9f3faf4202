// Every request of the desk: its session's token, a time limit, signing in again in place, and trying again by itself.
(() => {
  const LIMIT = 20000; // milliseconds an ordinary answer may take
  const PAUSES = [500, 1000, 2000, 4000, 8000, 15000, 30000]; // between tries when the network is lost
  const main = desk.byId("desk");
  const trouble = desk.byId("trouble");
  const dialog = desk.byId("sign-in");
  let token = main.dataset.csrf;
  let signing = null; // the sign-in under way
  let left = false; // whether another worker signed in
  let put_off = false; // whether it was put off: then nothing asks for it until the worker wants to go on

  class Failed extends Error {
    constructor(message, status, after = 0) {
      super(message);
      this.status = status; // 0 where the server was not reached
      this.after = after; // seconds until the server wants to be asked again
    }
  }

  /** Sends one request. Throws Failed with words to show; an abort throws as fetch does. */
  async function once(method, path, body, signal, limit) {
    if (left) throw new Failed("已换成另一个账号，正在重新打开。", 403);
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), limit);
    const stop = () => timer.abort();
    signal?.addEventListener("abort", stop);
    try {
      const response = await fetch(path, {
        method,
        headers: { Accept: "application/json", "X-CSRF-Token": token, ...(body ? { "Content-Type": "application/json" } : {}) },
        body: body && JSON.stringify(body),
        signal: timer.signal,
      });
      const text = await response.text();
      if (response.ok && body?.question) desk.byId("off")?.remove(); // it is on again
      if (response.ok) return text ? JSON.parse(text) : null;
      let told = {};
      try {
        told = JSON.parse(text);
      } catch {
        // a proxy's own page; the words below serve
      }
      const after = Number(response.headers.get("Retry-After")) || 0;
      throw new Failed(told.detail || "服务暂时不能用，请稍后再试。", response.status, after);
    } catch (error) {
      if (error instanceof Failed || signal?.aborted) throw error;
      throw new Failed("网络中断或服务没有响应。已输入的内容都还在。", 0);
    } finally {
      clearTimeout(timeout);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** The answer to a request; signs in again when the session has ended. Throws Failed. */
  desk.request = async (method, path, body, { signal, limit = LIMIT } = {}) => {
    for (let tries = 0; ; tries++) {
      try {
        return await once(method, path, body, signal, limit);
      } catch (error) {
        if (tries === 2 || signal?.aborted) throw error;
        if (error.status === 401 && put_off) throw error;
        if (error.status === 401) await signedIn();
        else if (error.status !== 403 || method === "GET" || !(await renewed())) throw error;
        signal?.throwIfAborted();
      }
    }
  };

  /** As ``request`` for what may be asked twice: tries again while the network is lost, and says so meanwhile. */
  desk.steadily = async (method, path, body, options = {}) => {
    for (let tries = 0; ; tries++) {
      try {
        const found = await desk.request(method, path, body, options);
        desk.fine();
        return found;
      } catch (error) {
        // an assistant that an operator turned off wants to be asked much later: its notice stands, and nothing is tried
        const lost = error.status === 0 || (error.status === 503 && error.after * 1000 <= PAUSES.at(-1));
        if (!lost || tries === PAUSES.length || options.signal?.aborted) throw error;
        desk.alarm(`${error.message} 正在自动重试（${tries + 1}/${PAUSES.length}）…`);
        await pause(PAUSES[tries], options.signal);
      }
    }
  };

  function pause(wait, signal) {
    return new Promise((done, stopped) => {
      const end = () => {
        clearTimeout(timer);
        removeEventListener("online", end);
        if (signal?.aborted) stopped(new DOMException("stopped", "AbortError"));
        else done();
      };
      const timer = setTimeout(end, wait);
      addEventListener("online", end, { once: true });
      signal?.addEventListener("abort", end, { once: true });
    });
  }

  desk.pause = pause;
  desk.PAUSES = PAUSES;

  /** What went wrong, above everything, until it is fine again or closed; ``again`` is what its button does. */
  desk.alarm = (text, again = null) => {
    desk.byId("off")?.remove(); // what is told now tells it as well
    trouble.hidden = false;
    if (trouble.firstChild.textContent !== text) trouble.firstChild.textContent = text;
    trouble.lastChild.textContent = again ? "再试" : "知道了";
    trouble.lastChild.onclick = () => {
      desk.fine();
      put_off = false;
      again?.();
    };
  };

  desk.fine = () => {
    trouble.hidden = true;
  };

  /** Takes over the token of a page that was opened since. Whether there was a newer one. */
  async function renewed() {
    const response = await fetch("/desk", { redirect: "follow" });
    return takenOver(response, await response.text());
  }

  /** Another page of this server as a document; its own style is not this page's to apply. */
  function parsed(html) {
    return new DOMParser().parseFromString(html.replace(/<style>.*?<\/style>/s, ""), "text/html");
  }

  function takenOver(response, html) {
    const other = parsed(html).getElementById("desk");
    if (!response.ok || !other) return false;
    if (other.dataset.account !== desk.account) {
      left = true; // someone else's desk: nothing of this one is sent there, or shown
      location.reload();
    }
    const newer = token !== other.dataset.csrf;
    token = other.dataset.csrf;
    return newer;
  }

  // ---- signing in again, in place
  function signedIn() {
    signing ??= new Promise((done, failed) => {
      desk.open("sign-in");
      dialog.querySelector("[name=password]").focus();
      dialog.addEventListener(
        "close",
        () => {
          signing = null;
          put_off = dialog.returnValue !== "in";
          if (put_off) failed(new Failed("登录已失效。已输入的内容都还在，重新登录后接着用。", 401));
          else done();
        },
        { once: true },
      );
    });
    return signing;
  }

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const fault = dialog.querySelector(".fault");
    const [name, password, button] = event.target.querySelectorAll("input, button");
    button.disabled = true;
    fault.textContent = "";
    try {
      const body = new URLSearchParams({ name: name.value, password: password.value });
      const response = await fetch("/desk/login", { method: "POST", body });
      const html = await response.text();
      password.value = "";
      if (response.ok) {
        takenOver(response, html);
        dialog.close("in");
      } else {
        const told = parsed(html).getElementById("fault");
        fault.textContent = told?.textContent || "没有登录成功，请再试一次。";
      }
    } catch {
      fault.textContent = "网络中断，请稍后再试。";
    }
    button.disabled = false;
    if (dialog.open) password.focus();
  });
})();
