// The main job in a real browser: file as an agency, read the confirmation, find the mail, acknowledge from its link, and
// see it on the incident's page. Runs with and without script; prints what it did; fails on the first thing that is not so.
//   node journey.mjs --base http://127.0.0.1:8080 [--reporter "words of the list"] [--entity "words of its name"] [--wait 20000]
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base, reporter, entity, authority, wait, shots } = options({
  reporter: { type: "string", default: "information security officer" }, // whom to be, in words of the list
  entity: { type: "string", default: "motor vehicle" },                  // where they work, and for whom to file where there is a choice
  authority: { type: "string", default: "information security" },        // whose mail to acknowledge from
  wait: { type: "string", default: "20000" },                             // milliseconds for mail to arrive
  shots: { type: "string" },
});
const patience = Number(wait);

async function fileReport(page, description) {
  await page.goto(base + "/report");
  const choice = page.locator("main a, main option").filter({ hasText: new RegExp(entity, "i") });
  if (new URL(page.url()).search === "") {
    const select = page.locator("select[name=entity]");
    if (await select.count()) {
      await select.selectOption({ label: (await choice.first().textContent()).trim() });
      await page.getByRole("button", { name: "Continue" }).click();
    } else {
      await choice.first().click();
    }
  }
  await page.getByLabel("In plain words").fill(description);
  await page.locator("#f-categories .usa-checkbox__label").first().click();
  await page.getByRole("group", { name: /crime or a theft/ }).getByText("Yes", { exact: true }).click();
  await page.getByRole("button", { name: "Check first" }).click();
  await page.getByRole("heading", { name: "What this report leads to" }).waitFor();
  assert.equal(await page.getByLabel("In plain words").inputValue(), description, "typed text is kept by the check");
  await page.getByRole("button", { name: "Add another device" }).click();
  await page.getByLabel("Make and model").nth(1).fill("Latitude 7450");
  await page.getByRole("button", { name: "File the report now" }).click();
  await page.waitForURL(/\/filed\//);
  const number = (await page.locator(".confirmation__number").textContent()).trim();
  assert.match(number, /\S{6,}/, "a number to read out");
  return number;
}

async function acknowledgeFromMail(page, number) {
  const until = Date.now() + patience;
  for (;;) {
    await page.goto(base + "/demo/mailbox");
    const mails = page.getByRole("row").filter({ hasText: new RegExp(`${number}`) });
    const links = await mails.getByRole("link").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    for (const href of links) {
      await page.goto(base + href);
      const link = page.locator(".mail a[href^='/a/']");
      if (await link.count()) {
        await link.first().click();
        const to = await page.locator("main dl").textContent();
        if (new RegExp(authority, "i").test(to)) return press(page);
      }
    }
    if (Date.now() > until) throw new Error(`no mail with an acknowledgement link for ${number} and "${authority}" within ${patience} ms`);
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function press(page) {
  assert.equal(await page.locator(".tag", { hasText: "Acknowledged" }).count(), 0, "reading the link acknowledges nothing");
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.locator("main .tag", { hasText: "Acknowledged" }).waitFor();
}

async function journey(browser, javaScriptEnabled) {
  const label = javaScriptEnabled ? "with script" : "without script";
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: javaScriptEnabled ? 1280 : 390, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on("pageerror", (e) => { throw e; });
  await be(page, base, reporter, entity);
  const number = await fileReport(page, `Laptop missing from the mail room, noticed at closing time (${label}).`);
  console.log(`${label}: filed ${number}`);
  if (shots) await page.screenshot({ path: `${shots}/filed-${javaScriptEnabled}.png`, fullPage: true });
  await page.getByRole("link", { name: "Receipt", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: /Receipt/ }).waitFor();
  await acknowledgeFromMail(page, number);
  console.log(`${label}: acknowledged from the mail`);
  await page.goto(`${base}/incidents/${encodeURIComponent(number)}`);
  const track = page.locator(".track").filter({ hasText: new RegExp(authority, "i") }).filter({ hasText: "Acknowledged" });
  await track.first().waitFor();
  console.log(`${label}: the incident's page shows it`);
  await context.close();
}

const browser = await launch();
try {
  await journey(browser, true);
  await journey(browser, false);
} finally {
  await browser.close();
}
