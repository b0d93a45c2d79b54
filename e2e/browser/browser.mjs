// Starts the browser that is installed on this machine, and shares what the scripts need.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

function binary() {
  const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  if (!executablePath) throw new Error("no Chromium found; set CHROMIUM to its path");
  return executablePath;
}

// launch starts a headless browser with a profile of its own. CHROMIUM names another binary.
export function launch() {
  return chromium.launch({ executablePath: binary(), args: flags });
}

// launchAt starts it with a profile that outlives it.
export function launchAt(profile, more) {
  return chromium.launchPersistentContext(profile, { executablePath: binary(), args: flags, ...more });
}

// options reads the command line: --base is always required.
export function options(more = {}) {
  const { values, positionals, tokens } = parseArgs({ allowPositionals: true, tokens: true, options: { base: { type: "string" }, ...more } });
  if (!values.base) {
    console.error("--base http://127.0.0.1:PORT is required");
    process.exit(2);
  }
  return { ...values, base: values.base.replace(/\/$/, ""), paths: positionals, tokens };
}

// be signs in as a person of the demonstration, whose entry in the list contains all of the given words.
export async function be(page, base, ...words) {
  await page.goto(base + "/signin");
  let button = page.locator("button.person");
  for (const word of words) button = button.filter({ hasText: new RegExp(word, "i") });
  if ((await button.count()) === 0) throw new Error(`nobody to be for: ${words.join(", ")}`);
  await button.first().click();
  await page.waitForURL((u) => u.pathname !== "/signin");
}
