// Home and the list of incidents in a real browser: what is owed to whom, one click to do it, filters, saved views, files
// for spreadsheets, the keyboard alone, and all of it without script. Fails on the first thing that is not so.
//   node desk.mjs --base http://127.0.0.1:8080 --number NUMBER
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { be, launch, options } from "./browser.mjs";

const { base, number } = options({ number: { type: "string" } });

// tabTo presses Tab until the element has the focus.
async function tabTo(page, locator) {
  for (let i = 0; i < 120; i++) {
    if (await locator.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the keyboard does not reach it");
}

// saved clicks a link that downloads and answers the file's text.
async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return readFile(await download.path(), "utf8");
}

async function officer(page) {
  await be(page, base, "office of information security");
  const item = page.locator(".inbox__item").filter({ hasText: number });
  await item.getByText("waits since").waitFor();
  await item.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("status").filter({ hasText: "Acknowledged" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/", "back at home");
  assert.equal(await page.locator(".inbox__item").filter({ hasText: number }).count(), 0, "it waits no more");
  console.log("officer: acknowledged from home");
}

async function iso(page, script) {
  await be(page, base, "information security officer", "motor vehicle");
  const owed = page.getByRole("region", { name: "Owed by you", exact: true });
  await owed.locator(".duty").filter({ hasText: number }).first().waitFor();
  assert.match(await owed.locator("[data-due]").first().textContent(), /^(due in|due now|overdue by)/, "the time that is left, in words");
  const changed = page.getByRole("region", { name: /Changed since/ });
  const news = changed.locator(".change").filter({ hasText: number });
  await news.getByText(/acknowledged the report/).waitFor();
  await page.waitForTimeout(1200); // what happened within the last second is not marked yet: it may not be all
  await page.goto(base + "/");
  await news.waitFor(); // loading the page marks nothing
  await changed.getByRole("button", { name: "Mark as seen" }).click();
  await page.getByRole("status").filter({ hasText: "Marked as seen" }).waitFor();
  assert.equal(await news.getByText(/Office of Information Security acknowledged/).count(), 0, "what was seen is gone");
  if (script) await list(page);
  console.log("iso: owed, changed, seen");
}

async function list(page) {
  await page.goto(base + "/incidents");
  await page.locator("#f-status").selectOption("open");
  await page.getByText("More filters and columns").click();
  await page.getByText("I owe something").click();
  await page.locator("#f-col").getByText("Changed").click();
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("columnheader", { name: "Changed" }).waitFor();
  const address = new URL(page.url());
  assert.ok(address.searchParams.get("status") === "open" && !address.search.includes("entity="), `an address to share: ${address.search}`);
  await page.getByText("Save this list as a view").click();
  await page.getByRole("button", { name: "Save the view" }).click();
  await page.getByRole("alert").getByText(/needs a name/).waitFor();
  await page.getByLabel("Name of the view").fill("What I owe");
  await page.getByText("Open it first").click();
  await page.getByRole("button", { name: "Save the view" }).click();
  await page.getByRole("status").filter({ hasText: "The view is saved" }).waitFor();
  await page.goto(base + "/incidents");
  assert.equal(new URL(page.url()).searchParams.get("mine"), "1", "the first view opens");
  assert.equal(await page.getByRole("navigation", { name: "Saved views" }).locator("[aria-current]").textContent(), "What I owe");
  const csv = await saved(page, page.getByRole("link", { name: "CSV" }));
  assert.ok(csv.startsWith("\uFEFF\"Incident\",\"Marking\",\"Agency\"") && csv.includes(`"${number}"`), "the file has the list");
  assert.ok(csv.includes("\"'=HYPERLINK("), "a formula in a report is marked");
  assert.ok((await saved(page, page.getByRole("link", { name: "TSV" }))).includes("\t"), "the file is parted by tabs");
  await page.getByText("Change or delete the view").click();
  await page.getByRole("button", { name: "Delete the view" }).click();
  await page.getByRole("status").filter({ hasText: "The view is deleted" }).waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Saved views" }).count(), 0);
  console.log("iso: filtered, saved, exported, deleted");
}

// keys does it without a pointer.
async function keys(page) {
  await page.goto(base + "/incidents?sort=oldest");
  const links = page.locator("[data-rows] tbody th a");
  assert.ok((await links.count()) > 1, "rows to walk");
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY", "a key does nothing while no row has the focus");
  await tabTo(page, links.first());
  await page.keyboard.press("j");
  assert.ok(await links.nth(1).evaluate((e) => e === document.activeElement), "j goes down");
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  assert.ok(await links.first().evaluate((e) => e === document.activeElement), "k goes up and stops at the first");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  await help.waitFor();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  assert.ok(await links.first().evaluate((e) => e === document.activeElement), "the focus is back where it was");
  const first = await links.first().textContent();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1 }).filter({ hasText: first.trim() }).waitFor();
  await page.goto(base + "/incidents");
  await tabTo(page, page.getByLabel("Words or number"));
  await page.keyboard.type("j?k nothing-like-it");
  await page.keyboard.press("Enter");
  await page.getByText("No incident fits").waitFor();
  console.log("keys: walked, helped, opened, searched");
}

async function coordinator(page, name) {
  await be(page, base, ...name);
  await page.getByRole("heading", { name: "The picture" }).waitFor();
  const chart = page.locator("figure").filter({ has: page.getByRole("heading", { name: "Open, by rating" }) });
  await chart.getByText("As a table").click();
  const cells = await chart.locator("table tbody tr").evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.textContent)));
  const bars = await chart.locator(".bars li").evaluateAll((all) => all.map((r) => [r.children[0].textContent, r.querySelector(".bars__count").textContent]));
  assert.deepEqual(cells.map((c) => c.slice(0, 2)), bars, "the table says what the chart says");
  assert.ok(bars.some(([, n]) => Number(n) > 0), "something is open");
  await page.getByRole("link", { name: "Last 12 weeks" }).click();
  await page.getByRole("heading", { name: "Received, by week" }).waitFor();
  await chart.getByRole("link", { name: "Not rated" }).click();
  assert.equal(new URL(page.url()).searchParams.get("level"), "unrated", "a bar leads to its incidents");
  console.log("coordinator: the picture, in charts and tables");
}

// outsider finds nothing of it, in any list, count or file.
async function outsider(page) {
  await be(page, base, "information security officer", "public health");
  for (const path of ["/", "/incidents", "/incidents?q=" + number, "/incidents?unanswered=1&sort=changed", "/incidents?overdue=1&sort=due"]) {
    await page.goto(base + path);
    assert.ok(!(await page.content()).replaceAll(`q=${number}`, "").replaceAll(`value="${number}"`, "").includes(number), `${path} shows it to an outsider`);
  }
  const file = await page.evaluate(async () => (await fetch("/incidents/export")).text());
  assert.ok(file.includes("Incident") && !file.includes(number), "the file shows it to an outsider");
  console.log("outsider: nothing");
}

const browser = await launch();
const on = async (act, more = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", (e) => { throw e; });
  await act(page);
  await context.close();
};
try {
  await on(officer, { javaScriptEnabled: false });
  await on((page) => iso(page, true));
  await on(async (page) => { await be(page, base, "information security officer", "motor vehicle"); await keys(page); });
  await on(async (page) => { await be(page, base, "information security officer", "motor vehicle"); await list(page); }, { javaScriptEnabled: false });
  await on((page) => coordinator(page, ["coordinator", "california"]));
  await on((page) => coordinator(page, ["coordinator", "massachusetts"]), { javaScriptEnabled: false, viewport: { width: 390, height: 900 } });
  await on(outsider);
} finally {
  await browser.close();
}
