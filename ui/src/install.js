// Makes the filing page open without a network: keeps its shell, its files and the table of contacts in the browser's
// cache, and what it must know of the reader in the vault. Signing out clears both, and asks first about what is unsent.
import { ask } from "./element.js";
import { who } from "./outbox.js";
import * as vault from "./vault.js";

const CACHE = "tocsin-filing";
const able = () => isSecureContext && "serviceWorker" in navigator && "caches" in window;

async function refreshShell() {
  const cache = await caches.open(CACHE);
  const shell = await fetch("/report/offline", { cache: "no-cache" });
  const table = await fetch("/report/contacts.json", { cache: "no-cache" });
  if (!shell.ok || !table.ok) return;
  const html = await shell.clone().text();
  const files = [...html.matchAll(/(?:href|src)="(\/static\/build\/[^"]+)"/g)].map((m) => m[1]);
  const there = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await cache.addAll(files.filter((file) => !there.has(file)));
  await cache.put("/report/contacts.json", table);
  await cache.put("/report/offline", shell);
  for (const old of there) if (old.startsWith("/static/") && !files.includes(old)) await cache.delete(old);
}

async function refreshKit() {
  const answer = await fetch("/report/kit.json");
  if (!answer.ok || answer.redirected) return;
  await vault.put("kit", "kit", who(), await answer.json());
}

async function clear() {
  await caches.delete(CACHE);
  await vault.remove("kit", "kit");
}

function askBeforeSignOut() {
  const form = document.querySelector("form[action='/signout']");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const unsent = (await vault.list("unsent")).concat(await vault.list("draft")).filter((item) => item.who === who());
    if (unsent.length) {
      const answer = await ask("Something is not sent yet", `${unsent.length === 1 ? "One report or draft is" : `${unsent.length} reports or drafts are`} kept in this browser only. It stays here, encrypted, until you sign in here again.`,
        [["keep", "Keep and sign out"], ["discard", "Discard and sign out", "usa-button--secondary"], ["", "Stay signed in", "usa-button--outline"]]);
      if (!answer) return;
      for (const item of answer === "discard" ? unsent : []) {
        await vault.remove("unsent", item.id);
        await vault.remove("draft", item.id);
      }
    }
    await clear().catch(() => {});
    form.submit();
  });
}

export async function install() {
  if (!able() || !vault.usable()) return;
  if (!who()) return;
  askBeforeSignOut();
  const last = Number(localStorage.getItem("tocsin-shell") ?? 0);
  const here = location.pathname.startsWith("/report");
  if (!here && Date.now() - last < 600000 && (await caches.has(CACHE))) return;
  await navigator.serviceWorker.register("/report/worker.js", { scope: "/report" });
  await refreshShell();
  await refreshKit();
  localStorage.setItem("tocsin-shell", String(Date.now()));
}
