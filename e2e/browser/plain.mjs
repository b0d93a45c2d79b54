// Filing with the keyboard alone, and without script: save, go on, be asked for devices, file.
//   node plain.mjs --base http://127.0.0.1:8080
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base } = options();
const form = base + "/report?entity=ca-demo-dmv&new=1";

async function withoutScript(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  await be(page, base, "Dana Whitfield");
  await page.goto(form);
  await page.getByLabel("In plain words").fill("Saved without script");
  await page.locator("button[value=save]").click();
  await page.getByRole("heading", { name: "You go on with a draft" }).waitFor();
  assert.equal(await page.getByLabel("In plain words").inputValue(), "Saved without script");
  assert.equal(await page.locator(".when-personal").isVisible(), false, "residents are not asked yet");
  await page.getByRole("group", { name: /crime or a theft/ }).getByText("Yes", { exact: true }).click();
  await page.getByRole("group", { name: /personal information be involved/ }).getByText("Yes", { exact: true }).click();
  assert.equal(await page.locator(".when-personal").isVisible(), true, "residents are asked");
  await page.getByRole("button", { name: "Check first" }).click();
  await page.getByLabel("Make and model").first().fill("Latitude 7450");
  await page.getByLabel("State 1").fill("California");
  await page.getByRole("button", { name: "File the report now" }).click();
  await page.locator("#problems a").first().waitFor();
  assert.equal(await page.getByLabel("Make and model").first().inputValue(), "Latitude 7450", "nothing is lost by an error");
  await page.getByLabel("State 1").fill("CA");
  await page.getByLabel("Residents 1").fill("1,200");
  await page.getByRole("button", { name: "File the report now" }).click();
  await page.waitForURL(/\/filed\//);
  await page.goto(base + "/report");
  assert.equal(await page.getByText("Begun and not filed").count() + (await page.getByText("You go on with a draft").count()), 0, "the draft is gone");
  await context.close();
  console.log("filed without script");
}

// tabTo presses Tab until the focus is on what fits, and sees that each stop shows its focus.
async function tabTo(page, fits, most = 120) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const at = document.activeElement;
      const box = at.getBoundingClientRect();
      const under = document.querySelector(".report__bar")?.getBoundingClientRect();
      const style = getComputedStyle(at);
      const label = at.labels?.[0]?.textContent ?? at.textContent;
      const covered = under && !at.closest(".report__bar") && box.top > under.top && box.bottom <= under.bottom && under.bottom <= innerHeight;
      const own = getComputedStyle(at.nextElementSibling ?? at, "::before").outlineStyle; // the design system draws it on the label of a choice
      return { name: at.name ?? "", value: at.value ?? "", label: label.trim(), covered, shown: at.type === "datetime-local" /* its parts draw their own */ || style.outlineStyle !== "none" || own !== "none" || style.boxShadow !== "none" };
    });
    assert.ok(!here.covered, `the bar covers ${here.name} ${here.label}`);
    assert.ok(here.shown, `no visible focus on ${here.name} ${here.label}`);
    if (fits(here)) return;
  }
  assert.fail("the focus never came to " + fits);
}

async function keyboardOnly(browser) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await be(page, base, "Dana Whitfield");
  await page.goto(form);
  await tabTo(page, (f) => f.label === "Skip to main content");
  await page.keyboard.press("Enter");
  await tabTo(page, (f) => f.name === "description");
  await page.keyboard.type("Filed by keyboard alone");
  await tabTo(page, (f) => f.name === "categories");
  await page.keyboard.press("Space");
  await tabTo(page, (f) => f.name === "crime_suspected");
  await page.keyboard.press("ArrowLeft"); // from "not known yet" around to "no"
  await page.getByText(/^Saved /).waitFor();
  await page.evaluate(() => { // what the server answers to typing comes while the focus is among the steps, which it replaces
    const step = document.querySelector("[data-place=steps] a");
    step.dataset.old = "";
    step.focus();
    const words = document.querySelector("[name=description]");
    words.value += ".";
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await page.waitForFunction(() => !document.querySelector("[data-old]"));
  assert.ok(await page.evaluate(() => document.activeElement.closest("[data-place=steps]")), "the focus stays among the steps");
  await tabTo(page, (f) => f.name === "act" && f.value === "file", 200);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/filed\//);
  assert.ok((await page.locator(".confirmation__number").textContent()).trim().length > 5);
  console.log("filed by keyboard alone");
}

// quickForm: somebody without an account tells what they saw; the help desk makes a report of it, and dismisses the next.
async function quickForm(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const tell = async (words) => {
    await page.goto(base + "/quick");
    await page.getByLabel("Which agency").selectOption("ma-demo-dph");
    await page.getByLabel("What did you see?").fill(words);
    await page.waitForTimeout(2100); // no person is faster, and the form knows
    await page.getByRole("button", { name: "Send it" }).click();
    return (await page.locator(".confirmation__number").textContent()).trim();
  };
  const first = await tell("A stranger with a badge of ours <b>in</b> the server room");
  const second = await tell("The coffee machine blinks");
  assert.notEqual(first, second);
  await be(page, base, "Ottoline Grant");
  await page.getByRole("link", { name: "Triage" }).click();
  const item = (id) => page.locator(".inbox__item").filter({ hasText: id });
  assert.match(await item(first).textContent(), /<b>in<\/b> the server room/, "the words as they were written");
  await item(second).getByText("Dismiss").first().click();
  await item(second).getByRole("button", { name: "Dismiss" }).click();
  await page.getByText("The reason is missing").first().waitFor();
  await item(second).getByRole("textbox").fill("No device of ours");
  await item(second).getByRole("button", { name: "Dismiss" }).click();
  await page.waitForURL(/\/triage$/);
  assert.equal(await item(second).count(), 0, "what was dismissed is gone from the list");
  await item(first).getByRole("button", { name: "Make a report of it" }).click();
  assert.match(await page.getByLabel("In plain words").inputValue(), new RegExp(`${first}.*server room`), "the sender's words stand in the form");
  await page.getByRole("button", { name: "File the report now" }).click();
  await page.waitForURL(/\/filed\//);
  await page.goto(base + "/triage");
  assert.equal(await item(first).count(), 0, "what was filed is gone from the list");
  await context.clearCookies();
  await be(page, base, "Dana Whitfield");
  assert.equal(await page.getByRole("link", { name: "Triage" }).count(), 0);
  assert.equal((await page.goto(base + "/triage")).status(), 404, "who does not triage finds no such page");
  await context.close();
  console.log("told without an account, triaged, filed");
}

const browser = await launch();
try {
  await quickForm(browser);
  await withoutScript(browser);
  await keyboardOnly(browser);
} finally {
  await browser.close();
}
