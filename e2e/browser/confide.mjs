// Who may know, in a real browser: what another does appears live beside what is being typed; a restricted incident is gone from every
// page of an outsider, whose open page says so; breaking the glass is listed for review; the officer's sheet prints on one page.
//   node confide.mjs --base http://127.0.0.1:8080 --incident NUMBER
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base, incident } = options({ incident: { type: "string" } });
const address = `${base}/incidents/${encodeURIComponent(incident)}`;

async function reader(browser, who, more = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on("pageerror", (e) => { throw e; });
  await be(page, base, ...who);
  return page;
}

const coordinatorOf = ["Imani Reyes"];
const isoOf = ["Dana Whitfield"];

// What the officer does shows on the coordinator's page without a reload, and what the coordinator is typing stays.
async function liveBesideTyping(coordinator, officer) {
  await coordinator.goto(address);
  await coordinator.getByText("This page follows changes by itself.").waitFor();
  await coordinator.getByText("Decide on the rating").click();
  const reason = coordinator.locator("#s-rating textarea");
  await reason.fill("It is worse than it looks, because");
  await officer.goto(address);
  await officer.locator("#s-tracks").getByRole("button", { name: "Acknowledge" }).click();
  await officer.getByText("Acknowledged. The entity sees it").waitFor();
  await coordinator.locator("#s-tracks .tag", { hasText: "Acknowledged" }).waitFor();
  assert.equal(await reason.inputValue(), "It is worse than it looks, because", "what was typed is kept");
  assert.ok(await reason.evaluate((e) => e === document.activeElement), "the cursor stays where it was");
  assert.match(await coordinator.locator("[data-live-said]").textContent(), /Updated: .*Authorities/, "announced politely");
  console.log("live: the acknowledgement of another appeared beside what was typed");
}

async function restrict(coordinator, outsider) {
  await outsider.goto(address);
  await outsider.getByText("This page follows changes by itself.").waitFor();
  await coordinator.goto(address + "#people");
  await coordinator.getByText("Restrict to named members").click();
  await coordinator.locator("#s-people .usa-checkbox__label", { hasText: "Beatriz Almeida" }).click();
  await coordinator.locator("#s-people textarea[name=reason]").fill("An insider is suspected.");
  await coordinator.getByRole("button", { name: "Restrict" }).click();
  await coordinator.getByText("Restricted. Only the named members").first().waitFor();
  await outsider.getByText("This page is no longer here for you.").first().waitFor();
  console.log("live: the outsider's open page ended when the incident was restricted");
}

async function gone(page, who) {
  const parts = ["", "/filings", "/messages", "/record", "/sheet", "/receipts/1"];
  const absent = await page.goto(`${base}/nothing-here`);
  assert.equal(absent.status(), 404);
  const words = await page.locator("main").textContent();
  for (const part of parts) {
    const answer = await page.goto(address + part);
    assert.equal(answer.status(), 404, `${who} gets ${part || "the page"}`);
    assert.equal(await page.locator("main").textContent(), words, "denied looks exactly like absent");
  }
  for (const path of ["/", "/incidents", `/incidents?q=${encodeURIComponent("insider laptop")}`, "/incidents?entity=ca-demo-dmv", "/inbox", "/reviews"]) {
    await page.goto(base + path);
    assert.ok(!(await page.locator("main").textContent()).includes(incident), `${who} finds it on ${path}`);
  }
  await page.goto(`${base}/incidents?q=${encodeURIComponent(incident)}`);
  assert.equal(await page.locator("main table tbody tr").count(), 0, `${who} finds it by number`);
}

async function glass(ciso, coordinator) {
  await ciso.goto(base + "/glass");
  await ciso.getByLabel("Number of the incident").fill(incident);
  await ciso.getByLabel("Why it cannot wait for a member").fill("The coordinator cannot be reached.");
  await ciso.getByRole("button", { name: "Open it and ring the alarm" }).click();
  await ciso.getByText("Open to you for 24 hours.").waitFor();
  await coordinator.goto(base + "/reviews");
  await coordinator.getByText("The coordinator cannot be reached.").waitFor();
  await coordinator.getByLabel("What you found").fill("It was needed.");
  await coordinator.getByRole("button", { name: "Record the review" }).click();
  await coordinator.getByText("Your finding is recorded.").waitFor();
  console.log("glass: broken, listed and reviewed");
}

async function sheet(officer) {
  await officer.goto(address + "/sheet");
  await officer.getByRole("heading", { name: "Whom to reach" }).waitFor();
  const pdf = await officer.pdf({ format: "Letter" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? [];
  assert.equal(pages.length, 1, `the sheet prints on ${pages.length} pages`);
  await officer.emulateMedia({ media: "print" });
  assert.equal(await officer.locator(".site-header").isVisible(), false, "no navigation on paper");
  await officer.emulateMedia({ media: "screen" });
  console.log("sheet: one page");
}

async function inbox(officer) {
  await officer.goto(base + "/inbox?state=acknowledged");
  await officer.locator(".inbox__item", { hasText: incident }).waitFor();
  await officer.goto(address);
  await officer.locator("#s-tracks summary", { hasText: "Hand over" }).click();
  await officer.locator("#s-tracks select").selectOption({ label: "Luis Amador" });
  await officer.getByRole("button", { name: "Hand over" }).click();
  await officer.getByText("Handed over.").waitFor();
  await officer.goto(base + "/inbox?state=acknowledged&who=mine");
  assert.equal(await officer.locator(".inbox__item", { hasText: incident }).count(), 0, "what was handed over is no longer mine");
  console.log("inbox: handed over");
}

// Without script every act of this page works as a form.
async function plain(browser) {
  const page = await reader(browser, coordinatorOf, { javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  await page.goto(address);
  await page.getByText("Release from restriction").click();
  await page.locator("#s-people textarea[name=reason]").fill("It was somebody else.");
  await page.getByRole("button", { name: "Release" }).click();
  await page.getByText("Released: everybody whose office gives it").waitFor();
  console.log("without script: released");
}

const browser = await launch();
try {
  const coordinator = await reader(browser, coordinatorOf);
  const officer = await reader(browser, ["Joanna Kessler"]);
  const outsider = await reader(browser, isoOf);
  await liveBesideTyping(coordinator, officer);
  await inbox(officer);
  await restrict(coordinator, outsider);
  await gone(outsider, "the ISO who filed it");
  await gone(await reader(browser, ["Lionel"]), "the auditor");
  await sheet(officer);
  await glass(await reader(browser, ["Warren Achterberg"]), coordinator);
  await plain(browser);
  await outsider.goto(address);
  await outsider.getByRole("heading", { level: 1, name: /Incident/ }).waitFor();
} finally {
  await browser.close();
}
