// What is noted about the caller, and the call's hand-over. ``desk.call`` is the call on the line: {conversation}, empty
// until its first question is kept, and ``loaded``, the notes as the server has them as far as this window knows. What another
// window wrote meanwhile is never written over: both texts are put together, to be read and tidied.
(() => {
  const { byId } = desk;
  const REST = 800; // milliseconds without a keystroke before notes are saved
  const notes = byId("notes");
  let noting = 0;
  let saving = null; // the save under way, and whose call it is: an older text never lands on a newer one

  desk.call = { loaded: "", ...desk.kept("call", { conversation: "" }) };

  // Kept here at once, on the server as soon as there is a call to keep them with.
  desk.noted = () => {
    const { conversation } = desk.call;
    desk.keep("notes", notes.value);
    clearTimeout(noting);
    byId("noted").textContent = conversation ? "…" : notes.value ? "记录首个问题后保存" : "";
    if (conversation) noting = setTimeout(desk.saveNotes, REST);
  };

  /** Saves what is not saved yet; what could not be saved is told, and stays. */
  desk.saveNotes = async () => {
    clearTimeout(noting);
    const ours = desk.call;
    const value = notes.value;
    if (!ours.conversation || desk.kept("notes") === null) return;
    if (saving?.ours === ours) saving.stop.abort();
    const mine = (saving = { ours, stop: new AbortController() });
    (ours.sent ??= []).push(value);
    try {
      const { signal } = mine.stop;
      const kept = await desk.steadily("PUT", path(ours), { notes: value, before: ours.loaded }, { signal });
      if (!kept) return;
      loaded(ours, kept.notes);
      if (ours !== desk.call || value !== notes.value) return;
      if (kept.notes !== value) show(kept.notes);
      byId("noted").textContent = kept.masked ? "已保存（电话、证件号等已隐去）" : "已保存";
      desk.keep("notes", null);
    } catch (error) {
      if (mine.stop.signal.aborted) return;
      if (error.status === 409) return join(ours, value);
      if (ours !== desk.call) return desk.alarm(`上一通来电的备注没有保存：${value}`);
      byId("noted").textContent = "没有保存";
      desk.alarm(`备注还没有保存。${error.message}`, desk.saveNotes);
    }
  };

  const path = ({ conversation }) => `/api/desk/calls/${conversation}/notes`;

  function loaded(call, text) {
    call.loaded = text;
    if (call === desk.call) desk.keep("call", { conversation: call.conversation, loaded: text });
  }

  /** Other words in the field, the caret as far from its end as it was. */
  function show(text) {
    const end = notes.value.length - notes.selectionEnd;
    notes.value = text;
    if (document.activeElement === notes) notes.selectionStart = notes.selectionEnd = Math.max(0, text.length - end);
  }

  /** Another window changed the notes: what it wrote and what stands here, both kept. */
  async function join(ours, value) {
    try {
      const theirs = (await desk.steadily("GET", `/api/desk/calls/${ours.conversation}`)).notes;
      const known = ours.sent.includes(theirs); // sent from here, its answer lost
      loaded(ours, theirs);
      const here = ours === desk.call ? notes.value : value;
      const both = known || here.includes(theirs) ? here : theirs.includes(here) ? theirs : `${here}\n〔另一个窗口写的〕${theirs}`;
      if (ours !== desk.call) {
        await desk.steadily("PUT", path(ours), { notes: both, before: theirs });
        return;
      }
      if (both !== here) show(both);
      await desk.saveNotes();
      if (!known && both !== here && byId("noted").textContent.startsWith("已保存")) byId("noted").textContent = "另一个窗口也改了备注，两份都已保留，请核对";
    } catch (error) {
      desk.alarm(`备注还没有保存：${value}。${error.message}`);
    }
  }

  desk.handOver = async () => {
    const { conversation } = desk.call;
    if (!conversation) return desk.tell("还没有记录的问题：先按 Enter 记录，再生成转办单");
    try {
      await desk.saveNotes();
      const { text } = await desk.steadily("GET", `/api/desk/calls/${conversation}/handover`);
      desk.open("handover").querySelector("pre").textContent = text;
      byId("copy-handover").focus();
      await desk.copy(text, "转办单");
    } catch (error) {
      desk.alarm(error.message, desk.handOver);
    }
  };

  notes.addEventListener("input", desk.noted);
  byId("open-handover").onclick = desk.handOver;
  byId("copy-handover").onclick = () => desk.copy(byId("handover").querySelector("pre").textContent, "转办单");
  byId("print-handover").onclick = () => print();
})();
