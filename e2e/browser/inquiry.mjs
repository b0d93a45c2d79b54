// An investigation in a real browser: pasted lines become a timeline after they were shown, with and without script; an indicator
// is found, defanged and looked up; a finding is argued and judged. Every page is checked by axe afterwards.
//   node inquiry.mjs --base http://127.0.0.1:8080 --incident NUMBER
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base, incident } = options({ incident: { type: "string" } });
const at = `${base}/incidents/${encodeURIComponent(incident)}/investigation`;
const browser = await launch();

async function analyst(javaScriptEnabled) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: "America/Los_Angeles", javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on("pageerror", (e) => { throw e; });
  await be(page, base, "Imani Reyes");
  return page;
}

async function paste(page) {
  await page.goto(`${base}/incidents/${encodeURIComponent(incident)}`);
  await page.getByRole("link", { name: "Investigation", exact: true }).click();
  await page.getByRole("link", { name: "Put events onto the timeline" }).first().click();
  await page.getByLabel("Lines").fill("2026-06-17 09:00 Mail with a macro opened\n2026-06-17 09:05:30 Beacon to 203.0.113.7\nnobody knows when\n");
  await page.getByRole("button", { name: "Show what they become" }).click();
  await page.getByText("0 lines can be recorded, 3 cannot").waitFor();
  await page.getByLabel("Zone of times without one").selectOption("America/New_York");
  await page.getByRole("button", { name: "Read them again" }).click();
  await page.getByText("2 lines can be recorded, 1 cannot").waitFor();
  await page.getByText("Leave the 1 lines").click();
  await page.getByRole("button", { name: "Record 2 events" }).click();
  await page.getByText("On the timeline.").waitFor();
  await page.getByRole("heading", { name: /of 2$/ }).waitFor();
  console.log("pasted: two of three lines are on the timeline");
}

async function one(page) {
  await page.goto(`${at}/timeline/add`);
  const form = page.locator("section", { has: page.getByRole("heading", { name: "One event" }) });
  await form.getByLabel("Date and time").first().fill("2026-06-17 06:10");
  await form.getByLabel("What happened").fill("Cable pulled");
  await form.getByLabel("Who made it happen").selectOption("defender");
  await form.getByRole("button").click();
  await page.getByText("Cable pulled").waitFor();
  assert.equal(await page.locator("tbody tr").filter({ hasText: "Cable pulled" }).count(), 1);
  console.log("without script: one event is on the timeline");
}

async function conclude(page) {
  await page.goto(`${at}/indicators`);
  await page.getByLabel("Text with indicators").fill("hxxp://evil[.]example/a");
  await page.getByRole("button", { name: "Show what it holds" }).click();
  await page.getByRole("button", { name: "Record 1 indicator" }).click();
  await page.getByRole("cell", { name: "hxxp[://]evil[.]example/a" }).waitFor();
  await page.goto(`${base}/indicators?value=${encodeURIComponent("hxxp://evil[.]example/a")}`);
  await page.getByRole("link", { name: incident }).waitFor();
  await page.goto(`${at}/findings`);
  await page.getByLabel("What you suppose").fill("They came by mail");
  await page.getByRole("button", { name: "State it" }).click();
  await page.locator("summary", { hasText: "Add what speaks" }).click();
  await page.getByLabel("What", { exact: true }).fill("The gateway has the mail");
  await page.getByLabel("Events that show it").fill("e1");
  await page.getByRole("button", { name: "Add it" }).click();
  await page.locator("summary", { hasText: "Say how it stands" }).click();
  await page.getByLabel("How it stands").selectOption("supported");
  await page.getByLabel("Why", { exact: true }).first().fill("Both logs agree");
  await page.getByRole("button", { name: "Record it" }).first().click();
  await page.getByText("Supported").first().waitFor();
  await page.goto(`${at}/notes`);
  await page.getByLabel("Note").first().fill("# Heard\n\n- *one*\n- [two](https://example.org/)");
  await page.getByRole("button", { name: "Keep it" }).first().click();
  await page.getByRole("link", { name: "two" }).waitFor();
  console.log("an indicator is looked up, a finding supported, a note kept");
}

const [full, plain] = [await analyst(true), await analyst(false)];
await paste(full);
await one(plain);
await conclude(full);
await browser.close();
