// Filing in a real browser when things go wrong: saved as typed, a second tab, an ended session, the network cut, the server
// gone, overloaded or silent after it had committed, the browser restarted, the clock across the edge of business hours.
// The test that runs this holds the server: it is asked for what shall happen to it, line by line.
//   > cut | answer | busy | lose | kill | start     (standard output; the answer is one line on standard input)
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { be, launchAt, options } from "./browser.mjs";

const { base, shots } = options({ shots: { type: "string" } });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const profile = mkdtempSync(join(tmpdir(), "tocsin-browser-"));
const form = base + "/report?entity=ca-demo-dmv";

async function server(wish) {
  console.log("> " + wish);
  const { value, done } = await lines.next();
  assert.ok(!done && value.startsWith("done"), `the server was asked to ${wish}: ${value}`);
  return value.slice(5);
}

// browser opens the same profile again and again: what it keeps is what a restarted browser would find.
async function browser(work, { signIn, clock } = {}) {
  const context = await launchAt(profile, { viewport: { width: 390, height: 844 }, timezoneId: "America/Los_Angeles" });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(30000);
    page.on("pageerror", (e) => { console.log("script error: " + e.message); process.exitCode = 1; });
    if (clock) await page.clock.install({ time: new Date(clock) });
    if (signIn) await be(page, base, signIn);
    await work(page, context);
  } finally {
    await context.close();
  }
}

const words = (page) => page.getByLabel("In plain words");

// holds waits until the description is this text.
async function holds(page, text) {
  let found;
  for (const end = Date.now() + 30000; Date.now() < end; await page.waitForTimeout(200)) {
    found = await page.evaluate(() => document.getElementById("f-description")?.value).catch(() => "");
    if (found === text) return;
  }
  assert.equal(found, text, `the description at ${page.url()}`);
}

const unsent = (page) => page.locator("[data-outbox] li");
const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };
const press = (page) => page.locator("button[name=act][value=file]").click();

// ready waits until the page could be opened without the server.
async function ready(page) {
  await page.waitForFunction(async () => {
    const cache = await caches.open("tocsin-filing");
    return (await cache.match("/report/offline")) && (await cache.match("/report/contacts.json")) && localStorage.getItem("tocsin-shell") && (await navigator.serviceWorker.getRegistration("/report"))?.active;
  }, null, { polling: 200 });
}

// signInAgain does so in a tab of its own, as the page asks.
async function signInAgain(context) {
  const tab = await context.newPage();
  await be(tab, base, "Dana Whitfield");
  await tab.close();
}

async function savedAsTyped(page, context) {
  await page.goto(form);
  await words(page).fill("Typed in the first tab");
  await page.getByText(/^Saved /).waitFor();
  const second = await context.newPage();
  await second.goto(form);
  assert.equal(await words(second).inputValue(), "Typed in the first tab", "another tab goes on with the draft");
  await words(second).fill("Changed in the second tab");
  await second.getByText(/^Saved /).waitFor();
  await second.waitForTimeout(1500);
  await words(page).fill("Newest, from the first tab");
  await page.getByText("changed in another tab").waitFor();
  await second.goto(form);
  assert.equal(await words(second).inputValue(), "Newest, from the first tab", "the newest wins");
  await second.getByRole("link", { name: "Open the draft" }).click();
  await holds(second, "Changed in the second tab");
  await shot(second, "drafts");
  await second.close();
  // Signed out elsewhere: what is typed stays in this browser and comes back.
  await context.clearCookies();
  await words(page).fill("Typed after the session had ended");
  await page.getByText(/Kept in this browser: you are signed out/).waitFor();
  await signInAgain(context);
  const again = await context.newPage(); // first: with its last page a browser ends its session
  await page.close({ runBeforeUnload: false });
  await again.goto(form);
  await holds(again, "Typed after the session had ended");
  await again.getByText(/^Saved /).waitFor();
  console.log("saved as typed: two tabs, an ended session, a closed tab");
}

async function live(page) {
  await page.goto(form + "&new=1");
  await page.getByText("Crime and devices").first().waitFor();
  assert.equal(await page.locator("#devices").evaluate((d) => d.open), false, "devices are not asked from the start");
  assert.equal(await page.locator(".when-personal").isVisible(), false, "residents are not asked from the start");
  await page.getByRole("group", { name: /crime or a theft/ }).getByText("Yes", { exact: true }).click();
  await page.locator("[data-place=steps] li", { hasText: "Crime" }).getByText(/missing/).waitFor();
  assert.equal(await page.locator("#devices").evaluate((d) => d.open), true, "devices are asked for a crime");
  await page.getByRole("button", { name: "Add another device" }).click();
  await page.getByLabel("Make and model").nth(1).fill("Latitude 7450");
  await page.getByRole("group", { name: /personal information be involved/ }).getByText("Not known yet").click();
  assert.equal(await page.locator(".when-personal").isVisible(), true, "residents are asked where it may be involved");
  await page.waitForResponse((r) => r.url().endsWith("/report/draft") && (r.request().postData() ?? "").includes("unknown"));
  await page.reload();
  assert.equal(await page.getByLabel("Make and model").nth(0).inputValue(), "Latitude 7450", "rows come back without gaps");
  await shot(page, "live");
  console.log("live: steps, devices and residents follow what is typed");
}

async function offline(page) {
  await page.goto(base + "/report?entity=ca-demo-dmv");
  await page.getByRole("heading", { name: "File a report without the server" }).waitFor();
  await page.getByText(/By the clock of this device/).waitFor();
  assert.equal(await page.locator("#f-entity option:checked").textContent(), "Department of Motor Vehicles");
  await page.getByText("Equipment", { exact: true }).click();
  assert.notEqual(await page.locator("#f-discovered_at").or(page.locator("#f-discovered-at")).first().inputValue(), "", "the time of discovery is stated");
}

async function main() {
  await browser(async (page, context) => {
    await ready(page);
    await savedAsTyped(page, context);
    const next = await context.newPage();
    await live(next);
    await next.goto(form);
    await ready(next);
  }, { signIn: "Dana Whitfield" });

  // The server is gone, and the browser starts without it.
  await server("kill");
  await browser(async (page) => {
    await offline(page);
    await words(page).fill("Written while nothing answered, 1");
    await page.waitForTimeout(1500);
    await shot(page, "offline");
  });
  // Restarted once more: what was typed is back. It is filed into the outbox.
  await browser(async (page) => {
    await offline(page);
    await holds(page, "Written while nothing answered, 1");
    await page.locator("#f-discovered-at").fill("2026-11-20T03:04");
    await press(page);
    await page.getByRole("heading", { name: /Kept in this browser/ }).waitFor();
    await unsent(page).getByText("waits for the server").waitFor();
    await page.getByText("How they are kept").waitFor();
    await shot(page, "kept");
  });
  // Restarted again, with two tabs open when the server comes back: it files by itself, once.
  await browser(async (page, context) => {
    await page.goto(form);
    await unsent(page).waitFor();
    const second = await context.newPage();
    await second.goto(form);
    await unsent(second).waitFor();
    await server("start");
    await unsent(page).getByText("waits for you to sign in").waitFor(); // the session ended with the browser
    await signInAgain(context);
    for (const tab of [page, second]) await tab.getByText(/waited here is filed/).waitFor();
    assert.equal(await server("count Written while nothing answered, 1"), "1 2026-11-20T03:04:00-08:00");
    await page.goto(base + "/");
    await page.getByRole("link", { name: /^incident / }).click();
    await page.getByRole("heading", { name: "Your report is filed" }).waitFor();
    console.log("filed by itself after the server was killed and the browser restarted, once, with two tabs open");
  });
  await browser(async (page, context) => {
    await page.goto(base + "/");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await trouble(page, context);
  }, { signIn: "Dana Whitfield" });
  await clockEdge();
  await signOut();
}

// trouble: an overloaded server, an answer lost after the commit, the network cut, an ended session, and giving up.
async function trouble(page, context) {
  const write = async (text) => {
    await page.goto(form + "&new=1");
    await words(page).fill(text);
    await page.getByText(/^Saved /).waitFor();
  };
  const comes = async (text) => {
    await page.getByText(/waited here is filed/).first().waitFor();
    await page.getByRole("heading", { name: "It is filed now" }).waitFor();
    assert.match(await server("count " + text), /^1 /, text);
    await page.getByRole("button", { name: "Dismiss" }).first().click();
    await page.locator("[data-outbox]").waitFor({ state: "detached" });
  };
  await write("While it answers 503");
  await server("busy");
  await press(page);
  await page.getByRole("heading", { name: /Kept in this browser/ }).waitFor();
  await server("answer");
  await comes("While it answers 503");

  await write("Answer lost after the commit");
  await server("lose");
  await press(page);
  await page.getByRole("heading", { name: /Kept in this browser/ }).waitFor();
  await server("answer");
  await comes("Answer lost after the commit");

  await write("Network cut at the button");
  await context.setOffline(true);
  await press(page);
  await page.getByRole("heading", { name: /Kept in this browser/ }).waitFor();
  await context.setOffline(false);
  await comes("Network cut at the button");

  await write("Session ended at the button");
  await context.clearCookies();
  await press(page);
  await unsent(page).getByText("waits for you to sign in").waitFor();
  await signInAgain(context);
  await comes("Session ended at the button");

  // Whoever signs in here later files nothing of another's.
  await write("Written by Dana only");
  await server("cut");
  await press(page);
  await unsent(page).getByText("waits for the server").waitFor();
  await context.clearCookies();
  await server("answer");
  await be(page, base, "Ezekiel Boateng");
  await unsent(page).getByText("written by someone else").waitFor();
  assert.match(await server("count Written by Dana only"), /^0/);
  await unsent(page).getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Keep it" }).click();
  assert.equal(await unsent(page).count(), 1, "kept unless it was confirmed");
  await unsent(page).getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Discard it" }).click();
  await page.locator("[data-outbox]").waitFor({ state: "detached" });
  console.log("exactly once: 503, answer lost, network cut, session ended; never by another person; discarded when confirmed");
}

// clockEdge: a minute before offices open and a minute after, on a business day, in another zone than the offices'; then a
// holiday, and a device whose list has run out.
async function clockEdge() {
  const opens = new Date(await server("opens")); // when Californian offices open next, as the server's calendar has it
  await server("cut");
  for (const [at, there, absent] of [[opens - 60000, /Emergency Notification/, /^Office of Information Security/], [opens.getTime() + 60000, /^Office of Information Security/, /Emergency Notification/]]) {
    await browser(async (page) => {
      await page.goto(base + "/report");
      const names = page.locator("[data-contacts] .contacts__name");
      await names.filter({ hasText: there }).waitFor();
      assert.equal(await names.filter({ hasText: absent }).count(), 0, `${absent} at ${new Date(at).toISOString()}`);
    }, { clock: at });
  }
  await browser(async (page) => {
    await page.goto(base + "/report");
    const names = page.locator("[data-contacts] .contacts__name");
    await names.filter({ hasText: /Emergency Notification/ }).waitFor();
    await page.clock.fastForward(150000); // the page stays open while the offices open
    await names.filter({ hasText: /^Office of Information Security/ }).waitFor();
    assert.equal(await names.filter({ hasText: /Emergency Notification/ }).count(), 0);
  }, { clock: opens - 60000 });
  await browser(async (page) => {
    await page.goto(base + "/report");
    await page.getByText("This list has run out").waitFor();
    assert.ok((await page.locator("[data-contacts] .contacts__name").count()) > 3, "all contacts with their hours");
  }, { clock: opens.getTime() + 430 * 86400000 });
  await server("answer");
  console.log("contacts follow the hour of the device, over the edge of business hours, and say when they have run out");
}

// signOut clears what was kept for offline use, and asks about what is unsent.
async function signOut() {
  await browser(async (page, context) => {
    await ready(page);
    await page.goto(form + "&new=1");
    await words(page).fill("Unsent at signing out");
    await page.getByText(/^Saved /).waitFor();
    await server("cut");
    await press(page);
    await unsent(page).getByText("waits for the server").waitFor();
    await server("busy");
    await page.locator("form[action='/signout'] button").click();
    await page.getByRole("heading", { name: "Something is not sent yet" }).waitFor();
    await page.getByRole("button", { name: "Stay signed in" }).click();
    assert.equal(await page.evaluate(() => caches.has("tocsin-filing")), true);
    await server("signout");
    await page.locator("form[action='/signout'] button").click();
    await page.getByRole("button", { name: "Keep and sign out" }).click();
    await page.waitForURL(/\/signin/);
    assert.equal(await page.evaluate(() => caches.has("tocsin-filing")), false, "caches are cleared");
    await server("answer");
    assert.match(await server("count Unsent at signing out"), /^0/);
    await be(page, base, "Dana Whitfield");
    await page.getByText(/waited here is filed/).waitFor();
    assert.match(await server("count Unsent at signing out"), /^1 /);
    // Nothing but the filing pages comes from the cache.
    await ready(page);
    await server("cut");
    for (const path of ["/", "/incidents", "/emergency", "/report/telephone"]) {
      await assert.rejects(page.goto(base + path), /net::ERR/, `${path} without the server`);
    }
    await server("answer");
    const last = await context.newPage();
    const kept = await last.goto(base + "/").then(() => last.evaluate(async () => (await (await caches.open("tocsin-filing")).keys()).map((r) => new URL(r.url).pathname)));
    for (const path of kept) assert.match(path, /^\/(static\/build\/|report\/offline$|report\/contacts\.json$)/, "in the cache");
    console.log("signing out clears the caches and never an unsent report; nothing else is served from the cache");
  }, { signIn: "Dana Whitfield" });
}

await main();
console.log("> end");
process.exit(process.exitCode ?? 0);
