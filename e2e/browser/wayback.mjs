// The way back, in a real browser without script: somebody sets up a password, loses it, asks for a link, reads the mail, is refused
// with a wrong code, proves with a recovery code who they are, and sets up anew.
//   node wayback.mjs --base http://localhost:8080 --invite LINK [--shots DIR]
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { launch, options } from "./browser.mjs";

const { base, invite, shots } = options({ invite: { type: "string" }, shots: { type: "string" } });
if (shots) mkdirSync(shots, { recursive: true });
const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };

// code is what an authenticator app shows for a secret.
function code(secret) {
  const bits = [...secret.replace(/[^A-Z2-7]/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const sum = createHmac("sha256", key).update(step).digest();
  return String((sum.readUInt32BE(sum[sum.length - 1] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

async function setUp(page, password) {
  await page.getByText("With a password and an authenticator app").click();
  await page.getByText("Type it in instead").click();
  const secret = await page.locator("details .mono").first().textContent();
  const form = page.locator("form").filter({ has: page.getByLabel("The same password again") });
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByLabel("The same password again").fill(password);
  await form.getByLabel("Code that the app shows now").fill(code(secret));
  await form.getByRole("button", { name: "Set up and sign in" }).click();
  await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  return page.locator(".codes li").allTextContents();
}

// mailed waits for the newest mail to an address with a link of a kind, and answers the link.
async function mailed(page, address, kind) {
  for (let i = 0; i < 100; i++) {
    const mails = (await (await page.request.get(base + "/demo/mailbox.json")).json()).filter((m) => m.to.includes(address) && m.text.includes(kind));
    if (mails.length) return mails.at(-1).text.match(new RegExp(`\\S+${kind}\\S+`))[0];
    await page.waitForTimeout(100);
  }
  throw new Error(`no mail with ${kind} to ${address}`);
}

const browser = await launch();
try {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 900 } });
  const page = await context.newPage();
  await page.goto(invite);
  const recovery = await setUp(page, "nine harbours, grey rain");
  await page.getByRole("link", { name: /continue/ }).click();
  const address = (await page.locator("main .lead").textContent()).split(", ").pop().trim();
  const elsewhere = await browser.newContext({ javaScriptEnabled: false });
  const other = await elsewhere.newPage();
  await other.goto(base + "/signin");
  await other.getByRole("link", { name: "Lost how you sign in?" }).click();
  await shot(other, "recover");
  await other.getByLabel("E-mail address").fill("nobody.here@agency.example");
  await other.getByRole("button", { name: "Send the link" }).click();
  const nobody = await other.locator("main").innerText();
  await other.goto(base + "/recover");
  await other.getByLabel("E-mail address").fill(address.toUpperCase());
  await other.getByRole("button", { name: "Send the link" }).click();
  assert.equal(await other.locator("main").innerText(), nobody, "the answer tells nobody anything");
  await shot(other, "recoversent");
  const link = await mailed(other, address, "/recover/");
  await other.goto(link);
  await other.getByLabel("Code", { exact: true }).fill("000000");
  await other.getByRole("button", { name: "Continue" }).click();
  await other.getByText("This code is not right").first().waitFor();
  await shot(other, "reset");
  await other.getByLabel("Code", { exact: true }).fill(recovery[0]);
  await other.getByRole("button", { name: "Continue" }).click();
  await other.waitForURL((u) => u.pathname.startsWith("/invite/"));
  await shot(other, "reset-setup");
  await setUp(other, "eleven lanterns, green door");
  await page.goto(base + "/account");
  assert.match(page.url(), /\/signin/, "sessions from before end");
  assert.equal((await other.goto(link)).status(), 404, "the link works once");
  console.log("way back: asked, mailed, proven with a recovery code, set up anew, the old session ended");
} finally {
  await browser.close();
}
