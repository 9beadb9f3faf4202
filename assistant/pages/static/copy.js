// copyText(text): puts it on the clipboard; resolves to whether that was done. Pages opened without https have no
// clipboard for scripts: the text is then copied, the older way, from a field that is gone at once.
globalThis.copyText = async (text) => {
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  if (copied) return true;
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "offscreen";
  // what is outside of an open dialog cannot be selected
  ([...document.querySelectorAll("dialog[open]")].pop() ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
};
