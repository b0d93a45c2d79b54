// keepCounting keeps the server's "due in" words true while a page stays open. It follows the server's clock, not the
// reader's: the difference is taken once.
export function span(ms) {
  const minutes = Math.floor(ms / 60000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  if (days < 2) return `1 day ${hours - 24} h`;
  return `${days} days`;
}

export function words(due, now) {
  const left = due - now;
  if (left < 0) return "overdue by " + span(-left);
  if (left < 60000) return "due now";
  return "due in " + span(left);
}

export function keepCounting() {
  const items = () => document.querySelectorAll("[data-due]");
  const served = Date.parse(document.documentElement.dataset.now ?? "");
  const ahead = Number.isNaN(served) ? 0 : Date.now() - served;
  const update = () => {
    const now = Date.now() - ahead;
    for (const item of items()) {
      const due = Date.parse(item.dataset.due);
      const text = words(due, now);
      if (item.textContent !== text) item.textContent = text;
      item.classList.toggle("left--late", due < now);
    }
  };
  setInterval(update, 15000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) update(); });
}
