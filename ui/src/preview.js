import { keepFocus } from "./focus.js";

// keepPreview shows beside the form what the report would lead to, as it is typed. The server decides and renders; a
// failed request leaves what stood there, and the "Check first" button still works.
export function keepPreview(form) {
  let timer;
  let running;
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "check");
    try {
      const answer = await fetch("/report/preview", { method: "POST", body, signal: running.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts.querySelectorAll("[data-part]")) {
        const place = document.querySelector(`[data-place="${part.dataset.part}"]`);
        if (place) keepFocus(place, () => place.replaceChildren(...part.childNodes));
      }
      if (parts.querySelector("[data-part=ask-devices]")) document.getElementById("devices").open = true;
    } catch {
      // Offline or overtaken by a newer question: the last answer stays.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 700);
  });
}

// foldPreview starts it folded where it would stand between the form and its end.
export function foldPreview() {
  const fold = document.querySelector("[data-fold]");
  if (!fold) return;
  fold.open = !matchMedia("(max-width: 56rem)").matches;
  document.querySelector("[data-place=line]")?.addEventListener("click", () => { fold.open = true; });
}
