// Pressing "File" keeps the report in this browser and sends it from there: whatever happens to the line, the server, the
// tab or the device after that moment, it is filed once.
import { el, instant } from "./element.js";
import { contactTable, showContacts } from "./contacts.js";
import { reach, typed } from "./draft.js";
import { flush, hand } from "./outbox.js";
import * as vault from "./vault.js";

// discoveredNow states the time of discovery where nobody did and the report may be filed much later. datetime-local takes
// the wall clock of this device; its zone goes along.
export function discoveredNow(form) {
  const field = form.elements.discovered_at;
  if (field.value) return false;
  const now = new Date();
  field.value = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const select = form.elements["discovered_at.zone"];
  if (zone && ![...select.options].some((o) => o.value === zone)) select.append(el("option", { value: zone }, zone.replaceAll("_", " ")));
  if (zone) select.value = zone;
  return true;
}

export function fileFromHere(form, owner, name) {
  if (!vault.usable() || !navigator.locks) return;
  form.addEventListener("submit", async (event) => {
    const act = event.submitter?.value;
    if (act !== "file") {
      if (!reach.ok) { event.preventDefault(); form.dispatchEvent(new Event("input", { bubbles: true })); }
      return;
    }
    if (form.dataset.native) return;
    event.preventDefault();
    event.submitter.disabled = true;
    const stated = !reach.ok && discoveredNow(form);
    const id = form.elements.once.value;
    let result;
    try {
      result = await hand(id, owner(), { form: String(typed(form)), name: name(), written: Date.now() });
    } catch {
      result = null; // this browser keeps nothing: the form goes the ordinary way
    }
    event.submitter.disabled = false;
    if (result?.address) return location.assign(result.address);
    if (!result || result.state === "refused") {
      await vault.remove("unsent", id).catch(() => {});
      form.dataset.native = "yes"; // the server shows what is wrong, beside each field
      return form.requestSubmit(event.submitter);
    }
    await kept(form, id, result.state, stated);
  });
}

async function kept(form, id, state, stated) {
  await vault.remove("draft", id).catch(() => {});
  const calls = el("div");
  const title = el("h2", { id: "kept-title", tabindex: "-1" }, "Kept in this browser. It is not filed yet.");
  const panel = el("section", { "aria-labelledby": "kept-title", class: "kept" }, title,
    el("p", {}, state === "signin" ? "Your session has ended. Sign in again in this browser: the report then files by itself."
      : "The server cannot be reached. Leave this page open, or come back to it: the report files by itself as soon as the server answers, once, with the times that you stated."),
    el("p", {}, stated ? `Nothing was said about when it was discovered, so the moment at which you pressed the button is stated: ${instant(Date.now())}. ` : "",
      "If it cannot wait, call. A call does not count as filed."),
    el("h3", {}, "Whom to call at this hour"), calls,
    el("p", {}, el("a", { href: "/report" }, "Write another report")));
  form.hidden = true;
  for (const about of document.querySelectorAll(".drafts, [data-discard]")) about.hidden = true;
  form.before(panel);
  title.focus();
  document.addEventListener("tocsin:filed", ({ detail }) => {
    const filed = detail.find((item) => item.id === id)?.value;
    if (filed) panel.replaceChildren(el("h2", {}, "It is filed now"), el("p", {}, el("a", { href: filed.address }, `Incident ${filed.incident}: what happens next`)));
  });
  document.dispatchEvent(new Event("tocsin:outbox"));
  try {
    const table = await contactTable();
    showContacts(calls, table, Date.now());
    setInterval(() => showContacts(calls, table, Date.now()), 20000);
  } catch {
    calls.replaceChildren(el("p", {}, "The list of contacts is not on this device. Call the help desk of your agency."));
  }
  await flush();
  document.dispatchEvent(new Event("tocsin:outbox"));
}
