// Repeated blocks of the report form grow without a round trip. Row numbers may have gaps: the server closes them.
export function addRow(block) {
  const rows = [...document.querySelectorAll(`[data-row="${block}"]`)];
  const last = rows.at(-1);
  const numbers = rows.flatMap((row) => [...row.querySelectorAll("[name]")].map((field) => Number(/\[(\d+)\]/.exec(field.name)?.[1] ?? 0)));
  const from = Number(/\[(\d+)\]/.exec(last.querySelector("[name^='" + block + "']").name)[1]);
  const to = Math.max(...numbers) + 1;
  const row = last.cloneNode(true);
  const id = block.replace(/[._]/g, "-");
  const move = (text) => text.replaceAll(`${block}[${from}]`, `${block}[${to}]`).replaceAll(`f-${id}-${from}`, `f-${id}-${to}`);
  for (const part of [row, ...row.querySelectorAll("*")]) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, move(part.getAttribute(name)));
    }
    if (part.matches("input:not([type=radio])")) part.value = "";
    if (part.matches("input[type=radio]")) part.checked = part.value === "";
    if (part.matches("legend.usa-legend--large")) part.textContent = `Device ${to + 1}`;
    if (block !== "devices" && part.matches("label")) part.textContent = part.textContent.replace(/\d+/, String(to + 1));
  }
  for (const old of row.querySelectorAll("button, .usa-error-message")) old.remove();
  last.after(row);
  return row;
}

export function growRows(form) {
  form.addEventListener("click", (event) => {
    const block = event.target.closest?.("[data-add]")?.dataset.add;
    if (!block) return;
    event.preventDefault();
    addRow(block).querySelector("input").focus();
  });
}

// set keeps a choice that this page does not offer, such as a time zone of the device.
function set(field, value) {
  if (field.tagName === "SELECT" && ![...field.options].some((o) => o.value === value)) field.append(new Option(value, value));
  field.value = value;
}

// fill puts what was kept back into the form, and makes the rows that it needs.
export function fill(form, typed) {
  for (const name of new Set(typed.keys())) {
    const block = /^(devices|personal_information\.residents)\[/.exec(name)?.[1];
    for (let more = 20; block && !form.elements.namedItem(name) && more > 0; more--) addRow(block);
  }
  for (const field of form.elements) {
    if (!field.name || field.name === "act" || field.type === "hidden") continue;
    const values = typed.getAll(field.name);
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.type === "radio") field.checked = (values[0] ?? "") === field.value;
    else if (values.length) set(field, values[0]);
  }
}
