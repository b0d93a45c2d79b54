// Affected assets, in a real browser: pasted onto the list, taken off the network, restored, and returned to service only after the
// coordinator has validated; the pages with every form open under axe.
//   node contain.mjs --base http://127.0.0.1:8080 --incident NUMBER
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { be, launch, options } from "./browser.mjs";

const { base, incident, shots } = options({ incident: { type: "string" }, shots: { type: "string" } });
const address = `${base}/incidents/${encodeURIComponent(incident)}`;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// looked opens every form of the page and checks it.
async function looked(page, name, width, colorScheme) {
  await page.evaluate(() => document.querySelectorAll("main details").forEach((d) => { d.open = true; }));
  await page.evaluate(axe);
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } }));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes[0].target}`), [], `${name} at ${width}`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${name} is wider than ${width}`);
  if (shots) await page.screenshot({ path: `${shots}/${name}-open-${width}.png`, fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
}

const browser = await launch();
async function reader(who) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(15000);
  page.on("pageerror", (e) => { throw e; });
  await be(page, base, who);
  return page;
}

const iso = await reader("Dana Whitfield");
await iso.goto(address);
await iso.getByRole("link", { name: "Affected assets" }).click();
await iso.getByText("No asset is on the list yet").waitFor();
await iso.locator("label", { hasText: "Driver licence database" }).click();
await iso.getByLabel("Or paste names").fill("web-04; server; DMZ, Backup; high\n; nameless\nweb-05");
await iso.getByRole("button", { name: "Put them on the list" }).click();
await iso.locator(".usa-error-message", { hasText: "Line 2" }).waitFor();
assert.match(await iso.getByLabel("Or paste names").inputValue(), /web-05/, "what was pasted is kept");
await iso.getByLabel("Or paste names").fill("web-04; server; DMZ, Backup; high\nweb-05");
await iso.getByRole("button", { name: "Put them on the list" }).click();
await iso.getByText("On the list. Owners").waitFor();
assert.equal(await iso.getByText("On the network", { exact: true }).count(), 3);
await looked(iso, "assets", 1280, "light");

await iso.getByRole("link", { name: "web-04" }).click();
const asset = iso.url();
await looked(iso, "asset", 320, "dark");

// act opens a form of the asset's page, fills it in, and sends it.
async function act(page, title, fill, button) {
  await page.goto(asset);
  const form = page.locator("details", { has: page.locator("summary", { hasText: title }) });
  await form.locator("summary").click();
  for (const [label, text] of Object.entries(fill)) {
    const field = form.getByLabel(label);
    await (text === true ? form.locator(".usa-checkbox__label, .usa-radio__label", { hasText: label }).click() : field.fill(text));
  }
  await form.getByRole("button", { name: button }).click();
  await page.getByText("Recorded with your name.").waitFor();
}
await act(iso, "Record the request", {}, "Record the request");
await act(iso, "It is off the network", { "DMZ": true, "Removed": true, "What was done": "Cable pulled." }, "Record that it is off");
await iso.getByText("Still on it").waitFor();
await act(iso, "It is off the network", { "Quarantined": true, "What was done": "Port moved." }, "Record that it is off");
await iso.locator(".facts").getByText("after the request").waitFor();
await act(iso, "It was cleaned", { "What was done": "Rebuilt." }, "Record it");
await act(iso, "It was restored", { "What was done": "Read back.", "Source of": "Offline copy of Monday." }, "Record it");
await act(iso, "Its changes are verified", { "Which changes": "All of them, against the list." }, "Record it");
await act(iso, "State it: Access limited", { "Access limited": "Two clerks." }, "State it");
await iso.getByText("It cannot return yet").waitFor();
const coordinator = await reader("Imani Reyes");
await act(coordinator, "State it: Validated", { "Validated": "Looked at the logs." }, "State it");
await iso.goto(asset);
await iso.getByLabel("How it was put back").fill("Cable back in.");
await iso.getByRole("button", { name: "Return to service" }).click();
await iso.locator(".facts .tag", { hasText: "Returned to service" }).waitFor();
await browser.close();
console.log("three assets on the list, one of them off the network, restored, validated and returned; every form passes axe");
