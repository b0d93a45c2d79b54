// The filing page without the server: a bare form, filled from what was kept of the reader at their last visit.
import { el } from "./element.js";
import { contactTable, showContacts } from "./contacts.js";
import { putBack, saveAsTyped } from "./draft.js";
import { discoveredNow, fileFromHere } from "./filing.js";
import * as vault from "./vault.js";

function choices(place, terms) {
  const name = place.id === "f-categories" ? "categories" : "personal_information.types";
  for (const old of place.querySelectorAll(".usa-checkbox")) old.remove();
  terms.forEach((term, i) => {
    const id = `${place.id}-${i}`;
    const input = el("input", { class: "usa-checkbox__input", type: "checkbox", id, name, value: term.id, "aria-describedby": term.help ? `${id}-hint` : undefined });
    const box = el("div", { class: "usa-checkbox" }, input, el("label", { class: "usa-checkbox__label", for: id }, term.label));
    if (term.help) box.append(el("span", { class: "usa-checkbox__label-description", id: `${id}-hint` }, term.help));
    place.append(box);
  });
}

function fillReader(form, kit) {
  for (const [field, value] of Object.entries(kit.reporter ?? {})) {
    const input = form.elements[`reporter.${field}`];
    if (input && !input.value) input.value = Array.isArray(value) ? value.join(", ") : value;
  }
}

async function openForm(form, table) {
  const kit = vault.usable() ? (await vault.list("kit"))[0]?.value : null;
  if (!kit?.entities?.length) return;
  document.documentElement.dataset.who = kit.who; // the last one who was signed in here
  const select = form.elements.entity;
  select.replaceChildren(...kit.entities.map((e) => el("option", { value: e.id }, e.name)));
  const asked = new URLSearchParams(location.search).get("entity");
  if (kit.entities.some((e) => e.id === asked)) select.value = asked;
  const about = new URLSearchParams(location.search).get("incident");
  if (about) form.prepend(el("p", { class: "empty" }, `This is the form for a new report. To add to incident ${about}, wait until the server is back; if that is too long, file a new report and name the number in it.`));
  const vocabulary = () => {
    const chosen = kit.entities.find((e) => e.id === select.value);
    const pack = table.packs.find((p) => p.id === chosen.pack);
    choices(document.getElementById("f-categories"), pack?.categories ?? []);
    choices(document.getElementById("f-personal-information-types"), pack?.pi_types ?? []);
  };
  vocabulary();
  select.addEventListener("change", vocabulary);
  form.elements.once.value = crypto.randomUUID();
  fillReader(form, kit);
  discoveredNow(form);
  const owner = () => kit.who;
  const save = await saveAsTyped(form, owner);
  const restore = (kept) => {
    const known = kit.entities.some((e) => e.id === kept.get("entity")) && !kept.get("incident");
    if (known) { select.value = kept.get("entity"); vocabulary(); }
    return known;
  };
  fileFromHere(form, owner, () => select.selectedOptions[0].textContent);
  form.hidden = false;
  document.querySelector("[data-no-kit]").hidden = true;
  await putBack(form, owner, restore, save);
}

export async function fileWithoutServer() {
  const form = document.querySelector("form[data-offline]");
  if (!form) return false;
  const place = document.querySelector("[data-contacts]");
  try {
    const table = await contactTable();
    showContacts(place, table, Date.now());
    setInterval(() => showContacts(place, table, Date.now()), 20000);
    await openForm(form, table);
  } catch (wrong) {
    console.warn("the form cannot be shown", wrong);
  }
  return true;
}
