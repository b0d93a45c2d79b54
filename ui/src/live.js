import { keepFocus } from "./focus.js";

// keepLive follows what others change while a page stays open. The server only says that something changed; the page is then fetched
// anew, through the same rules as ever, and the parts that differ take the place of the old ones. What somebody is typing is never
// replaced. Only a page in sight holds a connection.
const SETTLE = 400; // milliseconds: changes that come together are fetched once
const PAUSE = 3000; // at least this long between two fetches

export function keepLive() {
  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  const note = place.querySelector("[data-live-note]");
  const said = place.querySelector("[data-live-said]");
  let source;
  let over = false;
  let address = place.dataset.live;
  let timer;
  let fetched = 0;
  let opened = 0;

  const tell = (text) => { note.textContent = text; note.hidden = false; };
  const stop = (text) => { over = true; source?.close(); tell(text); said.textContent = text; };

  const refresh = async () => {
    timer = undefined;
    fetched = Date.now();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html", "X-Tocsin-Watching": "1" } });
      if (answer.redirected && new URL(answer.url).pathname === "/signin") return stop("You are signed out. What you typed stays here; sign in again in another window.");
      if (answer.status === 404) return stop("This page is no longer here for you.");
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = fresh.querySelector("[data-live]");
      if (next) address = next.dataset.live;
      const changed = swap(fresh);
      if (changed.length) said.textContent = `Updated: ${changed.join(", ")}.`;
    } catch {
      // The network is away for a moment; the next change or the reconnection fetches again.
    }
  };
  const soon = () => { timer ??= setTimeout(refresh, Math.max(SETTLE, fetched + PAUSE - Date.now())); };

  const open = () => {
    if (over || document.hidden || source) return;
    source = new EventSource(address);
    source.addEventListener("open", () => tell("This page follows changes by itself."));
    source.addEventListener("change", soon);
    source.addEventListener("state", () => { if (opened++) soon(); });
    source.addEventListener("end", () => { source.close(); refresh(); });
    source.addEventListener("error", () => {
      tell("Not following changes just now. Reload to be sure.");
      if (source?.readyState === EventSource.CLOSED) { source = undefined; setTimeout(open, 30000); }
    });
  };
  const close = () => { source?.close(); source = undefined; };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    if (!source && !over) open();
  });
  open();
}

// swap puts the parts of a fresh page into this one and names those that changed.
function swap(fresh) {
  const changed = [];
  let before;
  for (const part of fresh.querySelectorAll("[data-live-part]")) {
    const old = document.getElementById(part.id);
    const now = document.importNode(part, true);
    if (!old) {
      (before ?? document.querySelector("[data-live]")).after(now);
      changed.push(nameOf(now));
      before = now;
      continue;
    }
    before = old;
    if (essence(old) === essence(now)) continue;
    if (busy(old)) {
      flag(old);
      continue;
    }
    keepOpen(old, now);
    now.classList.add("live-new");
    keepFocus(old, () => { old.replaceWith(now); return now; });
    before = now;
    changed.push(nameOf(now));
  }
  for (const old of document.querySelectorAll("[data-live-part]")) {
    if (!fresh.getElementById(old.id) && !busy(old)) old.remove();
  }
  return changed;
}

// essence is what a part says, without what only the passing of time or an opened block changes.
function essence(part) {
  const copy = part.cloneNode(true);
  copy.classList.remove("live-new");
  for (const item of copy.querySelectorAll("[data-due]")) { item.textContent = ""; item.classList.remove("left--late"); }
  for (const block of copy.querySelectorAll("details")) block.removeAttribute("open");
  for (const mark of copy.querySelectorAll("[data-live-flag]")) mark.remove();
  return copy.innerHTML.replace(/\s+/g, " ");
}

// busy says that somebody is typing or has typed into a part.
function busy(part) {
  const fields = [...part.querySelectorAll("input:not([type=hidden]), textarea, select")];
  return fields.some((f) => f === document.activeElement || (f.type === "checkbox" || f.type === "radio" ? f.checked !== f.defaultChecked
    : f.tagName === "SELECT" ? [...f.options].some((o) => o.selected !== o.defaultSelected) && f.selectedIndex > 0
      : f.value !== f.defaultValue));
}

function flag(part) {
  if (part.querySelector("[data-live-flag]")) return;
  const mark = document.createElement("p");
  mark.dataset.liveFlag = "";
  mark.className = "live-flag";
  mark.textContent = "This part has changed. What you are typing is kept; send it or reload to see the change.";
  part.querySelector("h2")?.after(mark);
}

function keepOpen(old, now) {
  const opened = new Map();
  for (const block of old.querySelectorAll("details")) opened.set(block.querySelector("summary")?.textContent, block.open);
  for (const block of now.querySelectorAll("details")) {
    const was = opened.get(block.querySelector("summary")?.textContent);
    if (was !== undefined) block.open = was;
  }
}

function nameOf(part) {
  return part.querySelector("h2")?.textContent ?? "State";
}
