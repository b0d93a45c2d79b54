// Checks pages against WCAG 2.1 A and AA with axe, wide in light and narrow in dark; with AXE_ALL=1 each in both. Fails on any
// violation.
//   node axe.mjs --base http://127.0.0.1:8080 [--as "information security officer"] [--crawl] PATH…
// With --crawl every page of the same site that the given pages link to is checked as well, one per kind of address.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { be, launch, options } from "./browser.mjs";

const { base, as, crawl, paths } = options({ as: { type: "string" }, crawl: { type: "boolean" } });
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
  await page.evaluate(axe);
  const result = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), rules);
  for (const v of result.violations) {
    for (const node of v.nodes) wrong.push(`${v.id}: ${node.target.join(" ")}: ${(node.failureSummary ?? "").split("\n").slice(1).join(" ").trim()}`);
  }
  for (const w of wrong) console.log(`${label}\n    ${w}`);
  return wrong.length;
}

const browser = await launch();
let bad = 0;
let checked = 0;
for (const colorScheme of ["light", "dark"]) {
  for (const width of process.env.AXE_ALL ? [1280, 320] : [colorScheme === "light" ? 1280 : 320]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.on("pageerror", (e) => { bad++; console.log(`script error: ${e.message}`); });
    page.on("console", (m) => { if (m.type() === "error" && !/status of [45]\d\d/.test(m.text())) { bad++; console.log(`console: ${m.text()}`); } });
    page.on("request", (r) => { if (!r.url().startsWith(base + "/") && !r.url().startsWith("data:")) { bad++; console.log(`request to another site: ${r.url()}`); } });
    if (as) await be(page, base, as);
    const queue = [...paths];
    const seen = new Set(paths.map(kind));
    while (queue.length) {
      const path = queue.shift();
      const answer = await page.goto(base + path).catch((e) => {
        if (!/Download is starting/.test(e.message)) throw e; // a file, found by following links
      });
      if (!answer) continue;
      if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
      bad += await check(page, `${path} (${colorScheme}, ${width} px)`);
      checked++;
      if (!crawl) continue;
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
}
await browser.close();
console.log(`${checked} pages checked, ${bad} violations`);
process.exit(bad ? 1 : 0);
