// What administrators and operators do, in a real browser: import a directory from files with its preview, change an entry,
// send a test message, and find on the operations page a recipient that cannot be reached, try the rules. With and without script.
//   node admin.mjs --base http://127.0.0.1:8080
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base } = options();
const patience = 20000;

const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

async function importFiles(page, tag) {
  await page.goto(base + "/directory");
  await page.getByRole("link", { name: "Import" }).click();
  await page.getByLabel("File of people").setInputFiles(csv("people.csv", `id;name;email;entity\nca-${tag};Zoë Example ${tag};zoe@dmv.ca.example;no-such\n`));
  await page.getByRole("button", { name: "Show what this changes" }).click();
  await page.getByText("people, line 2, column 4 (entity)").waitFor();
  await page.getByLabel("File of people").setInputFiles(csv("people.csv", `id;name;email;entity\nca-${tag};Zoë Example ${tag};zoe@dmv.ca.example;ca-demo-dmv\n`));
  await page.getByLabel("File of roles").setInputFiles(csv("roles.csv", `person;role;entity\nca-${tag};designated_reporter;ca-demo-dmv\n`));
  await page.getByRole("button", { name: "Show what this changes" }).click();
  await page.getByRole("heading", { name: "What this import changes" }).waitFor();
  assert.match(await page.locator("main").textContent(), /Gains sight of\s+incidents of Department of Motor Vehicles/);
  await page.getByText("I have looked at these changes").click();
  await page.getByRole("button", { name: "Import" }).click();
  await page.getByText("The files were imported.").waitFor();
  await page.getByLabel("Name, id or address").fill(`zoë ${tag}`);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: `Zoë Example ${tag}` }).click();
  await page.getByText("Designated reporter").first().waitFor();
}

async function breakChannel(page) {
  await page.goto(base + "/directory/authorities/ca-chp-cciu");
  await page.getByRole("link", { name: "Change" }).click();
  await page.getByLabel("Webhook address").fill("http://receiver.invalid/");
  await page.waitForTimeout(1200); // longer than a report waits before it is saved as it is typed: this is none
  await page.getByLabel("Webhook secret").fill("whsec_" + Buffer.alloc(32, 7).toString("base64"));
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: /not an https address/ }).waitFor();
  await page.getByLabel("Webhook address").fill("https://127.0.0.1:1/");
  await page.getByLabel("Webhook secret").fill("whsec_" + Buffer.alloc(32, 7).toString("base64"));
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The directory was changed.").waitFor();
}

async function testMessage(page, button) {
  await page.getByRole("button", { name: button }).click();
  await page.getByText("The test is on its way.").waitFor();
  for (const until = Date.now() + patience; ; ) {
    const row = page.locator("#test ~ table tbody tr").first();
    const words = await row.textContent();
    if (!/On its way/.test(words)) return words;
    if (Date.now() > until) throw new Error(`the test has no result: ${words}`);
    await new Promise((done) => setTimeout(done, 300));
    await page.reload();
  }
}

async function fileReport(page) {
  await be(page, base, "Dana Whitfield");
  await page.goto(base + "/report?entity=ca-demo-dmv");
  await page.getByLabel("In plain words").fill("A laptop was stolen.");
  await page.getByRole("group", { name: /crime or a theft/ }).getByText("Yes", { exact: true }).click();
  await page.getByRole("button", { name: "File the report now" }).click();
  await page.waitForURL(/\/filed\//);
}

async function operations(page) {
  await be(page, base, "Imani Reyes");
  for (const until = Date.now() + patience; ; ) {
    await page.goto(base + "/operations");
    const row = page.getByRole("row").filter({ hasText: "Highway Patrol" });
    if (await row.count()) {
      assert.match(await row.first().textContent(), /could not be reached/);
      return;
    }
    if (Date.now() > until) throw new Error("the recipient that cannot be reached is not named");
    await new Promise((done) => setTimeout(done, 300));
  }
}

async function tryPolicy(page) {
  await be(page, base, "Dana Whitfield");
  await page.goto(base + "/policy");
  await page.getByRole("link", { name: /Massachusetts/ }).first().click();
  await page.getByRole("heading", { name: "What is owed, and by when" }).waitFor();
  await page.getByRole("link", { name: "Try it" }).click();
  await page.getByRole("group", { name: /safety at risk/ }).getByText("Yes", { exact: true }).click();
  await page.getByLabel("Financial or legal liability, in dollars").fill("lots");
  await page.getByRole("button", { name: "See what follows" }).click();
  await page.locator("#problems").waitFor();
  await page.getByLabel("Financial or legal liability, in dollars").fill("2000000");
  await page.getByRole("button", { name: "See what follows" }).click();
  await page.locator(".trial .tag--level-high").waitFor();
  assert.match(await page.locator(".trial").textContent(), /Owed/);
}

async function journey(browser, javaScriptEnabled) {
  const tag = javaScriptEnabled ? "with-script" : "without-script";
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: javaScriptEnabled ? 1280 : 390, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on("pageerror", (e) => { throw e; });
  await be(page, base, "Rosalind Oyelaran");
  await importFiles(page, tag);
  if (javaScriptEnabled) {
    await breakChannel(page);
    assert.match(await testMessage(page, "by mail"), /Taken by the receiving server/);
    assert.match(await testMessage(page, "by webhook"), /Not taken/);
  }
  await fileReport(page);
  await operations(page);
  await tryPolicy(page);
  assert.equal((await page.goto(base + "/operations")).status(), 404, "operations are absent for an agency's officer");
  console.log(`${tag}: imported, tested, the recipient that cannot be reached is named, and the rules were tried`);
  await context.close();
}

const browser = await launch();
try {
  await journey(browser, true);
  await journey(browser, false);
} finally {
  await browser.close();
}
