// walkRows lets the keyboard go from row to row of a list. The keys work only while a row's link has the focus, so that
// they are nobody else's: not a screen reader's, not those of a person who dictates (WCAG 2.1, 2.1.4).
export function walkRows() {
  const table = document.querySelector("[data-rows]");
  const help = document.querySelector("[data-keys-help]");
  const button = document.querySelector("[data-keys]");
  if (!help || !button || typeof help.showModal !== "function") return;
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  if (!table) return;
  const links = [...table.querySelectorAll("tbody th a")];
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    if (event.key === "?") {
      help.showModal();
    } else {
      const step = { j: 1, J: 1, ArrowDown: 1, k: -1, K: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
    event.preventDefault();
  });
}
