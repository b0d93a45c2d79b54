// The service worker of the filing pages. It answers from the cache only where the server does not, and only: the shell of
// the filing page, the files that this shell names, and the table of contacts. Everything else is the network's alone.
const CACHE = "tocsin-filing";
const PATIENCE = 8000; // milliseconds until a silent server counts as gone

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async (path) => (await caches.open(CACHE)).match(path);
const silence = () => new Promise((_, no) => setTimeout(() => no(new Error("silent")), PATIENCE));

async function page(request) {
  try {
    const answer = await Promise.race([fetch(request), silence()]);
    if (![502, 503, 504].includes(answer.status)) return answer;
    return (await kept("/report/offline")) ?? answer;
  } catch (wrong) {
    const shell = await kept("/report/offline");
    if (shell) return shell;
    throw wrong;
  }
}

async function file(request, path) {
  try {
    const answer = await Promise.race([fetch(request), silence()]);
    if (answer.status < 500) return answer;
    return (await kept(path)) ?? answer;
  } catch (wrong) {
    const copy = await kept(path);
    if (copy) return copy;
    throw wrong;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (["/report", "/report/offline"].includes(url.pathname)) event.respondWith(page(event.request));
  } else if (url.pathname.startsWith("/static/build/") || url.pathname === "/report/contacts.json") {
    event.respondWith(file(event.request, url.pathname));
  }
});
