// keepPreview shows beside the form what the report would lead to, as it is typed. The server decides and renders; a
// failed request leaves what stood there, and the "Check first" button still works.
export function keepPreview() {
  const form = document.querySelector("[data-report]");
  const place = document.querySelector("[data-preview]");
  if (!form || !place) return;
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
      place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    } catch {
      // Offline or overtaken by a newer question: the last answer stays.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 700);
  });
}
