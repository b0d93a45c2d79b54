// The outbox holds reports that were filed here and that the server has not confirmed. Each carries the key under which it
// is filed exactly once, made when the form was opened: it may be sent any number of times, by any tab, after any crash.
import { el, ask, instant } from "./element.js";
import * as vault from "./vault.js";

export const who = () => document.documentElement.dataset.who ?? "";

const states = {
  waiting: "waits for the server and files by itself",
  signin: "waits for you to sign in",
  other: "was written by someone else, who must sign in here to file it",
  refused: "was not accepted",
};

// send tries one report. It answers the confirmation's address, or the state in which the report stays.
async function send(item) {
  if (item.who !== who() && who()) return { state: "other" };
  const body = new URLSearchParams(item.value.form);
  body.set("who", item.who);
  body.set("act", "file");
  try {
    const answer = await fetch("/report/send", { method: "POST", body, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(20000) });
    if (answer.status === 401) return { state: "signin" };
    const json = (answer.headers.get("content-type") ?? "").startsWith("application/json") ? await answer.json() : {};
    if (answer.ok && json.address) return json;
    const final = [400, 404, 409, 410, 413, 422].includes(answer.status);
    return final ? { state: "refused", problems: json.problems ?? [`The server answered ${answer.status}.`] } : { state: "waiting" };
  } catch {
    return { state: "waiting" };
  }
}

async function settle(item, show) {
  const result = await send(item);
  if (result.address) {
    if (show) await vault.put("filed", item.id, item.who, { ...result, name: item.value.name });
    await vault.remove("unsent", item.id);
    await vault.remove("draft", item.id).catch(() => {});
  } else if (result.state !== item.value.state || result.problems) {
    await vault.put("unsent", item.id, item.who, { ...item.value, ...result });
  }
  return result;
}

// hand files one report now and answers what became of it. It is on the disk before it is on the wire.
export async function hand(id, owner, value) {
  await vault.put("unsent", id, owner, { ...value, state: "waiting", written: value.written ?? Date.now() });
  navigator.storage?.persist?.().catch(() => {});
  return navigator.locks.request("tocsin-outbox", async () => {
    const item = await vault.find("unsent", id);
    if (!item) return (await vault.find("filed", id))?.value ?? { state: "waiting" }; // another tab was faster
    return settle(item, false);
  });
}

// flush sends what waits. One tab at a time does; what was refused goes again only when asked.
export function flush(again) {
  return navigator.locks.request("tocsin-outbox", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const item of await vault.list("unsent")) {
      if (item.value.state !== "refused" || again === item.id) await settle(item, true);
    }
  });
}

async function discard(item, refresh) {
  const sure = await ask("Discard this report?", "It was not filed. It is deleted from this browser and cannot be brought back.",
    [["discard", "Discard it", "usa-button--secondary"], ["", "Keep it", "usa-button--outline"]]);
  if (sure !== "discard") return;
  await vault.remove("unsent", item.id);
  refresh();
}

// mend opens a refused report in the form again, as a draft.
async function mend(item) {
  const body = new URLSearchParams(item.value.form);
  const answer = await fetch("/report/draft", { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  await vault.remove("unsent", item.id);
  location.assign("/report?draft=" + encodeURIComponent(item.id));
}

function line(item, refresh) {
  const state = item.who !== who() && who() ? "other" : item.value.state;
  const row = el("li", {}, el("strong", {}, item.value.name || "Report"), `, written ${instant(item.value.written)}: ${states[state]}.`);
  for (const problem of item.value.problems ?? []) row.append(el("p", {}, problem));
  const acts = el("div", { class: "button-row" });
  const button = (words, act) => acts.append(el("button", { type: "button", class: "usa-button usa-button--outline", onclick: act }, words));
  if (state === "signin") acts.append(el("a", { class: "usa-button", href: "/signin?next=/report" }, "Sign in"));
  if (state === "waiting" || state === "signin") button("Try now", async () => { await flush(item.id); refresh(); });
  if (state === "refused") { button("Open it in the form", () => mend(item)); button("Try again", async () => { await flush(item.id); refresh(); }); }
  button("Discard", () => discard(item, refresh));
  row.append(acts);
  return row;
}

const honest = "Reports that wait are encrypted on this device with a key that this browser does not give out. That helps where a disk or a backup is " +
  "read elsewhere. It does not help against someone who can use this browser as you, or against harmful software on this device.";

// watch shows what waits at the head of every page, and sends it when the server is back.
export async function watch() {
  if (!vault.usable() || !navigator.locks) return;
  const box = el("section", { class: "usa-alert usa-alert--warning outbox", "aria-labelledby": "outbox-title", "data-outbox": "" });
  const refresh = async () => {
    const unsent = await vault.list("unsent");
    const filed = (await vault.list("filed")).filter((item) => item.who === who());
    document.dispatchEvent(new CustomEvent("tocsin:filed", { detail: filed }));
    if (!unsent.length && !filed.length) return box.remove();
    const body = el("div", { class: "usa-alert__body" });
    if (unsent.length) {
      body.append(el("h2", { class: "usa-alert__heading", id: "outbox-title" }, unsent.length === 1 ? "One report waits in this browser: it is not filed yet" : `${unsent.length} reports wait in this browser: they are not filed yet`),
        el("ul", { class: "usa-list" }, ...unsent.map((item) => line(item, refresh))), el("details", {}, el("summary", {}, "How they are kept"), el("p", {}, honest)));
    } else {
      body.append(el("h2", { class: "usa-alert__heading", id: "outbox-title" }, "Filed"));
    }
    for (const item of filed) {
      body.append(el("p", { role: "status" }, `The report for ${item.value.name} that waited here is filed: `, el("a", { href: item.value.address }, `incident ${item.value.incident}`), ". ",
        el("button", { type: "button", class: "usa-button usa-button--unstyled", onclick: async () => { await vault.remove("filed", item.id); refresh(); } }, "Dismiss")));
    }
    box.classList.toggle("usa-alert--warning", unsent.length > 0);
    box.classList.toggle("usa-alert--success", unsent.length === 0);
    box.replaceChildren(body);
    if (!box.isConnected) document.getElementById("main").prepend(box);
  };
  const round = async () => {
    if (!box.isConnected && (await vault.list("unsent")).length === 0) return;
    await flush();
    await refresh();
  };
  document.addEventListener("tocsin:outbox", refresh);
  window.addEventListener("online", round);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) round(); });
  setInterval(round, 5000);
  await refresh();
  await round();
}
