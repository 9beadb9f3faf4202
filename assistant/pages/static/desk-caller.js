// What is noted about the caller, and the call's hand-over. ``desk.call`` is the call on the line: {conversation}, empty
// until its first question is kept.
(() => {
  const { byId } = desk;
  const REST = 800; // milliseconds without a keystroke before notes are saved
  const notes = byId("notes");
  let noting = 0;
  let saving = null; // the save under way, and whose call it is: an older text never lands on a newer one

  desk.call = desk.kept("call", { conversation: "" });

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
    try {
      const { signal } = mine.stop;
      await desk.steadily("PUT", `/api/desk/calls/${ours.conversation}/notes`, { notes: value }, { signal });
      if (ours !== desk.call || value !== notes.value) return;
      byId("noted").textContent = "已保存";
      desk.keep("notes", null);
    } catch (error) {
      if (mine.stop.signal.aborted) return;
      if (ours !== desk.call) return desk.alarm(`上一通来电的备注没有保存：${value}`);
      byId("noted").textContent = "没有保存";
      desk.alarm(`备注还没有保存。${error.message}`, desk.saveNotes);
    }
  };

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
