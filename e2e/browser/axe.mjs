// Checks pages against WCAG 2.1 A and AA with axe, wide in light and narrow in dark, and at 200 %; with AXE_ALL=1 each in both. Fails on any
// violation.
//   node axe.mjs --base http://127.0.0.1:8080 [--crawl] [PATH…] [--as "information security officer" PATH…]…
// Each --as is a reader of their own, for the paths that follow it; the paths before are read by nobody in particular. With --crawl
// every page of the same site that the given pages link to is checked as well, one per kind of address.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { be, launch, options } from "./browser.mjs";

const { base, crawl, tokens } = options({ as: { type: "string" }, crawl: { type: "boolean" } });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

// kind makes one address stand for all of its kind: numbers and names in it do not make another page.
const kind = (path) => new URL(path, base).pathname.split("/").map((s) => (/\d|^[A-Z0-9-]{6,}$|^[A-Za-z0-9_-]{20,}$/.test(s) ? "*" : s)).join("/");

// basics are the promises about every page that axe does not check.
function basics() {
  const wrong = [];
  if (document.querySelectorAll("h1").length !== 1) wrong.push(`${document.querySelectorAll("h1").length} h1`);
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) wrong.push(`${over} px wider than the screen`);
  if (document.querySelector("style, [style], script:not([src])")) wrong.push("inline style or script");
  return wrong;
}

async function check(page, label) {
  const wrong = await page.evaluate(basics);
  // The policy of the pages forbids scripts from elsewhere; axe comes in through the debugger, which is not bound by it.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const result = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), rules);
  for (const v of result.violations) {
    for (const node of v.nodes) wrong.push(`${v.id}: ${node.target.join(" ")}: ${(node.failureSummary ?? "").split("\n").slice(1).join(" ").trim()}`);
  }
  for (const w of wrong) console.log(`${label}\n    ${w}`);
  return wrong.length;
}

// readers are who reads which paths, in the order of the command line.
function readers() {
  const all = [{ as: "", paths: [] }];
  for (const t of tokens) {
    if (t.kind === "option" && t.name === "as") all.push({ as: t.value, paths: [] });
    if (t.kind === "positional") all.at(-1).paths.push(t.value);
  }
  return all.filter((r) => r.paths.length);
}

const [wide, narrow] = [{ width: 1280, height: 800 }, { width: 320, height: 800 }];
const views = [{ viewport: wide, colorScheme: "light" }, { viewport: narrow, colorScheme: "dark" }];
if (process.env.AXE_ALL) views.push({ viewport: wide, colorScheme: "dark" }, { viewport: narrow, colorScheme: "light" });

// asks notes that a script of the page asks how wide the screen is, or how dark.
function asks() {
  const real = globalThis.matchMedia.bind(globalThis);
  globalThis.matchMedia = (query) => { globalThis.asked = true; return real(query); };
}

// magnified says what is wrong with a page at 200 %: half as many pixels across, and, as a reader sets it in the browser, letters twice
// as large. WCAG 1.4.4, 1.4.10
async function magnified(page, path) {
  const wrong = [];
  await page.setViewportSize({ width: wide.width / 2, height: wide.height / 2 });
  for (const w of await page.evaluate(basics)) wrong.push(`at 200 %: ${w}`);
  await page.setViewportSize(wide);
  await letters(page, 2);
  for (const w of await page.evaluate(basics)) wrong.push(`with letters twice as large: ${w}`);
  await letters(page, 1);
  for (const w of wrong) console.log(`${path}\n    ${w}`);
  return wrong.length;
}

// letters sets the browser's own size of letters, as a reader does.
async function letters(page, times) {
  page.settings ??= await page.context().newCDPSession(page);
  await page.settings.send("Page.setFontSizes", { fontSizes: { standard: 16 * times, fixed: 13 * times } });
}

// turn shows the open page in another view. What its styles make of it changes at once; a page whose script asked is loaded anew.
async function turn(page, view) {
  await page.setViewportSize(view.viewport);
  await page.emulateMedia({ colorScheme: view.colorScheme });
  if (await page.evaluate(() => globalThis.asked)) await page.reload();
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {})))); // colors on their way have another contrast
}

// visit checks one page in every view, and answers whether it is a page at all.
async function visit(page, path) {
  await page.setViewportSize(views[0].viewport);
  await page.emulateMedia({ colorScheme: views[0].colorScheme });
  const answer = await page.goto(base + path).catch((e) => {
    if (!/Download is starting/.test(e.message)) throw e; // a file, found by following links
  });
  if (!(answer?.headers()["content-type"] ?? "").startsWith("text/html")) return false;
  for (const view of views) {
    if (view !== views[0]) await turn(page, view);
    else bad += await magnified(page, path);
    bad += await check(page, `${path} (${view.colorScheme}, ${view.viewport.width} px)`);
    checked++;
  }
  return true;
}

async function read(browser, { as, paths }) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...views[0] });
  await context.addInitScript(asks);
  const page = await context.newPage();
  page.on("pageerror", (e) => { bad++; console.log(`script error: ${e.message}`); });
  page.on("console", (m) => { if (m.type() === "error" && !/status of [45]\d\d/.test(m.text())) { bad++; console.log(`console: ${m.text()}`); } });
  page.on("request", (r) => { if (!r.url().startsWith(base + "/") && !r.url().startsWith("data:")) { bad++; console.log(`request to another site: ${r.url()}`); } });
  if (as) await be(page, base, as);
  const queue = [...paths];
  const seen = new Set(paths.map(kind));
  while (queue.length) {
    if (!(await visit(page, queue.shift())) || !crawl) continue;
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.href));
    for (const link of links) {
      const u = new URL(link);
      if (u.origin !== new URL(base).origin || u.pathname.endsWith(".json")) continue;
      const next = u.pathname + u.search;
      if (!seen.has(kind(next))) { seen.add(kind(next)); queue.push(next); }
    }
  }
  await context.close();
}

let bad = 0;
let checked = 0;
const browser = await launch();
for (const reader of readers()) await read(browser, reader);
await browser.close();
console.log(`${checked} pages checked, ${bad} violations`);
process.exit(bad ? 1 : 0);
