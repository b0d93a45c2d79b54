// el makes an element. Words go in as text, never as markup.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const clock = (at) => new Date(at).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });

// instant shows a point in time in the browser's own zone, with its name.
export const instant = (at) => new Date(at).toLocaleString("en-US",
  { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" });

// ask puts a question that must be answered. It answers the chosen value, or null where the dialog was left.
export function ask(title, words, choices) {
  return new Promise((answer) => {
    const buttons = choices.map(([value, text, look]) => el("button", { type: "button", class: `usa-button ${look ?? ""}`, onclick: () => dialog.close(value) }, text));
    const dialog = el("dialog", { class: "ask", "aria-labelledby": "ask-title" }, el("h2", { id: "ask-title" }, title), el("p", {}, words),
      el("div", { class: "button-row" }, ...buttons));
    dialog.addEventListener("close", () => { dialog.remove(); answer(dialog.returnValue || null); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
