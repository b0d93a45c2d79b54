// Takes screenshots of pages: wide and narrow, light and dark. For looking, and for the README.
//   node shots.mjs --base http://127.0.0.1:8080 --out DIR [--as "information security officer"] PATH…
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { be, launch, options } from "./browser.mjs";

const { base, out, as, widths, schemes, view, paths } = options({
  out: { type: "string", default: "shots" }, as: { type: "string" }, view: { type: "boolean" },
  widths: { type: "string", default: "1280,390" }, schemes: { type: "string", default: "light,dark" },
});
mkdirSync(out, { recursive: true });
const browser = await launch();
for (const colorScheme of schemes.split(",")) {
  for (const width of widths.split(",").map(Number)) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, timezoneId: "America/Los_Angeles" });
    const page = await context.newPage();
    if (as) await be(page, base, as);
    for (const path of paths) {
      await page.goto(base + path);
      await page.evaluate(() => document.fonts.ready);
      const name = (path.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "") || "home") + `-${width}-${colorScheme}.png`;
      await page.screenshot({ path: join(out, name), fullPage: !view });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) console.log(`${name}: ${wide} px wider than the screen`);
    }
    await context.close();
  }
}
await browser.close();
