// Who you are, in a real browser: sign in with an identity provider, make, use and revoke an access key, designate a reporter and withdraw
// the designation. With and without script; fails on the first thing that is not so.
//   node accounts.mjs --base http://127.0.0.1:8080 [--shots DIR]
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base, shots } = options({ shots: { type: "string" } });

async function signIn(page) {
  await page.goto(base + "/incidents");
  await page.getByRole("link", { name: "Sign in with State Login" }).click();
  await page.waitForURL(base + "/incidents");
  assert.match(await page.locator(".site-who").textContent(), /Kim Doe/, "the header names who the provider says it is");
  const cookies = await page.context().cookies(base);
  assert.deepEqual(cookies.filter((c) => c.name.endsWith("-signin")), [], "the attempt's cookie is gone");
  await page.goBack();
  await page.goto(base + "/signin/with/state/back?state=stolen&code=stolen");
  await page.getByRole("heading", { level: 1, name: "You are not signed in" }).waitFor();
  await page.goto(base + "/signin/with/away");
  assert.match(await page.locator("main").textContent(), /Away Login does not answer just now/);
}

async function keys(page, label) {
  await page.goto(base + "/account/keys");
  await page.getByLabel("What is it for").fill(`Monitoring (${label})`);
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.getByRole("link", { name: /What it may do/ }).waitFor();
  assert.equal(await page.getByLabel("What is it for").inputValue(), `Monitoring (${label})`, "what was typed is kept");
  await page.locator("#f-scopes").getByText("Read incidents", { exact: true }).click();
  await page.getByRole("button", { name: "Make the key" }).click();
  const secret = await page.getByLabel(/Key for Monitoring/).inputValue();
  if (shots) await page.screenshot({ path: `${shots}/keymade-${label.replace(" ", "-")}.png`, fullPage: true });
  const ask = async () => (await fetch(base + "/api/v1/incidents", { headers: { Authorization: "Bearer " + secret } })).status;
  assert.equal(await ask(), 200, "the key reads");
  await page.getByRole("link", { name: "I have copied it" }).click();
  assert.ok(!(await page.content()).includes(secret), "the key is not shown again");
  const row = page.getByRole("row").filter({ hasText: `Monitoring (${label})` });
  assert.doesNotMatch(await row.textContent(), /Never/, "its last use is shown");
  await row.getByRole("link", { name: /Revoke/ }).click();
  await page.getByRole("button", { name: "Revoke the key" }).click();
  await page.getByText("What used it is refused from now on").waitFor();
  assert.equal(await ask(), 401, "a revoked key opens nothing");
}

async function reporters(page) {
  await be(page, base, "Gordon Sallis");
  await page.getByRole("link", { name: "Who reports" }).click();
  await page.getByRole("heading", { level: 1, name: /Who reports for/ }).waitFor();
  await page.getByLabel("Who", { exact: true }).selectOption({ label: "Kim Doe" });
  await page.getByLabel("Date of the letter").fill("2100-01-01");
  await page.getByRole("button", { name: "Designate" }).click();
  await page.getByRole("link", { name: /is in the future/ }).waitFor();
  const today = new Date(Date.now() - 36 * 3600e3).toISOString().slice(0, 10);
  await page.getByLabel("Date of the letter").fill(today);
  await page.getByLabel("Reference of the letter").fill("DMV-2026-117");
  await page.getByRole("button", { name: "Designate" }).click();
  await page.getByText("The designation is on record").waitFor();
  const row = page.getByRole("row").filter({ hasText: "Kim Doe" });
  assert.match(await row.first().textContent(), /DMV-2026-117/);
  if (shots) await page.screenshot({ path: `${shots}/reporters.png`, fullPage: true });
  await row.first().getByRole("link", { name: /Withdraw/ }).click();
  await page.getByRole("button", { name: "Withdraw it" }).click();
  await page.getByText("a new designation is due").first().waitFor();
  if (shots) await page.screenshot({ path: `${shots}/reporters-after.png`, fullPage: true });
}

const browser = await launch();
try {
  for (const javaScriptEnabled of [true, false]) {
    const label = javaScriptEnabled ? "with script" : "without script";
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: javaScriptEnabled ? 1280 : 390, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(20000);
    page.on("pageerror", (e) => { throw e; });
    await signIn(page);
    await keys(page, label);
    console.log(`${label}: signed in with the provider; key made, used, revoked`);
    await context.close();
    const other = await browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 900 } });
    const head = await other.newPage();
    head.setDefaultTimeout(20000);
    await reporters(head);
    console.log(`${label}: reporter designated and withdrawn`);
    await other.close();
  }
} finally {
  await browser.close();
}
