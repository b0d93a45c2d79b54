// Whom to call at this hour, from a table that the server worked out for the coming months: each contact with the spans of
// time, in minutes since 1970 UTC, in which it is the one to call. No calendar and no time zone is worked out here.
import { el, instant } from "./element.js";

export function callNow(table, at) {
  const minute = Math.floor(at / 60000);
  if (minute < table.from || minute >= table.until) return null;
  const holds = (contact) => contact.spans.some(([from, to]) => minute >= from && minute < to);
  return table.packs.flatMap((pack) => pack.contacts.filter(holds));
}

function contactItem(contact) {
  const item = el("li", {}, el("p", { class: "contacts__name" }, contact.name));
  if (contact.phone) item.append(el("p", { class: "contacts__phone" }, el("a", { href: "tel:" + contact.phone }, contact.phone)));
  if (contact.email) item.append(el("p", {}, el("a", { href: "mailto:" + contact.email }, contact.email)));
  item.append(el("p", {}, [contact.for.replace(/\.$/, ""), contact.when].filter(Boolean).join("; ")));
  if (contact.unverified) item.append(el("p", { class: "unverified" }, "source not verified"));
  return item;
}

// showContacts fills a place. Where the table has run out, or the clock stands outside it, every contact is shown with its hours.
export function showContacts(place, table, at) {
  const now = callNow(table, at);
  const list = el("ul", { class: "contacts" });
  for (const contact of now ?? table.packs.flatMap((pack) => pack.contacts)) list.append(contactItem(contact));
  const words = now
    ? `By the clock of this device it is ${instant(at)}.`
    : `This list has run out: it was made for ${instant(table.from * 60000)} to ${instant(table.until * 60000)}, and this device says ${instant(at)}. Mind the hours beside each number.`;
  const packs = table.packs.map((pack) => `${pack.title} ${pack.version}, ${pack.digest.slice(0, 12)}`).join("; ");
  place.replaceChildren(el("p", now ? {} : { class: "left--late" }, words), list, el("p", { class: "quiet mono" }, `From ${packs}`));
  return now;
}

export async function contactTable() {
  const answer = await fetch("/report/contacts.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error("no table");
  return answer.json();
}
