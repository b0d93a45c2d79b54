// Saves the report as it is typed: into this browser first, which always works, then to the server, which then is where it
// is kept. A lost connection, an ended session and a closed lid lose nothing.
import { el } from "./element.js";
import { keepFocus } from "./focus.js";
import { fill } from "./rows.js";
import { who } from "./outbox.js";
import * as vault from "./vault.js";

// typed is the form as it would be sent, without the button.
export function typed(form) {
  const body = new URLSearchParams(new FormData(form));
  body.delete("act");
  return body;
}

export const reach = { ok: true }; // whether the last word from the server was one

function say(form, words, ...more) {
  const place = form.querySelector("[data-saved]");
  if (place) keepFocus(place, () => place.replaceChildren(words, ...more));
}

export async function saveAsTyped(form, owner) {
  let timer, running, changed = false, safe = true;
  const id = () => form.elements.once.value;
  const save = async () => {
    clearTimeout(timer);
    if (running) { changed = true; return running; }
    changed = false;
    running = once().finally(() => { running = null; if (changed) plan(); });
    return running;
  };
  const once = async () => {
    const body = typed(form);
    if (vault.usable()) safe = await vault.put("draft", id(), owner(), { form: String(body) }).then(() => true, () => false);
    const answer = await fetch("/report/draft", { method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(15000) }).catch(() => null);
    const json = answer && (answer.headers.get("content-type") ?? "").startsWith("application/json") ? await answer.json().catch(() => null) : null;
    reach.ok = !!json || answer?.status === 401;
    if (answer?.ok && json) {
      form.elements.base.value = json.revision;
      // Loading the page again goes on with this draft, also where the address asked for a new one.
      if (!form.hasAttribute("data-offline")) history.replaceState(null, "", "/report?draft=" + encodeURIComponent(id()));
      if (String(typed(form)).replace(/base=\d*/, "") === String(body).replace(/base=\d*/, "")) {
        safe = true;
        await vault.remove("draft", id()).catch(() => {});
      }
      say(form, `Saved ${json.at}`);
      if (json.kept) notice(form, json.kept);
      return;
    }
    const here = safe && vault.usable() ? "Kept in this browser" : "Not saved";
    if (json?.problem) say(form, json.problem);
    else if (answer?.status === 401) say(form, `${here}: you are signed out. `, el("a", { href: "/signin", target: "_blank", rel: "noopener" }, "Sign in in a new tab"));
    else say(form, `${here}: the server cannot be reached.`);
    changed = !json?.problem;
    if (changed) timer = setTimeout(save, 10000);
  };
  const plan = () => { clearTimeout(timer); timer = setTimeout(save, 900); };
  form.addEventListener("input", () => { safe = false; changed = true; plan(); });
  form.addEventListener("submit", () => { safe = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && !safe) save(); });
  // What was typed in the last second goes out with the page; a browser carries that much along after it is gone.
  window.addEventListener("pagehide", () => {
    const body = typed(form);
    if (!safe && String(body).length < 60000) fetch("/report/draft", { method: "POST", body, keepalive: true }).catch(() => {});
  });
  window.addEventListener("beforeunload", (event) => { if (!safe) event.preventDefault(); });
  return save;
}

function notice(form, address) {
  const words = el("div", { class: "usa-alert usa-alert--info usa-alert--slim", role: "status" }, el("div", { class: "usa-alert__body" },
    el("p", { class: "usa-alert__text" }, "This report was changed in another tab or on another device. What you type here is the newest and is saved; the other version is kept as ",
      el("a", { href: address }, "a draft of its own"), ".")));
  document.getElementById("main").prepend(words);
}

// putBack shows again what was typed here and never reached the server. Where the form already goes on with another draft,
// it is saved beside that one.
export async function putBack(form, owner, same, save) {
  if (!vault.usable()) return;
  const mine = (await vault.list("draft").catch(() => [])).filter((item) => item.who === owner() && same(new URLSearchParams(item.value.form)));
  for (const item of mine.reverse()) {
    const kept = new URLSearchParams(item.value.form);
    const here = form.elements.once.value;
    if (item.id === here || form.elements.base.value === "0" && !form.dataset.filled) {
      fill(form, kept);
      form.elements.once.value = item.id;
      form.elements.base.value = kept.get("base") || "0";
      if (item.id !== here) await vault.remove("draft", here).catch(() => {});
      form.dataset.filled = "yes";
      say(form, "What was typed here and not saved is back.");
      form.dispatchEvent(new Event("input", { bubbles: true }));
      continue;
    }
    const answer = await fetch("/report/draft", { method: "POST", body: kept }).catch(() => null);
    if (answer?.ok) await vault.remove("draft", item.id);
  }
  if (form.dataset.filled) await save();
}

export const reader = () => who();
