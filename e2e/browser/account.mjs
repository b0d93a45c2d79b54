// Getting in, in a real browser: an invitation, a passkey from a virtual authenticator, signed in, out and in again; the same
// by password and authenticator app without script; and an invitation sent to somebody else.
//   node account.mjs --base http://localhost:8080 --invite LINK --second LINK [--shots DIR]
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { launch, options } from "./browser.mjs";

const { base, invite, second, shots } = options({ invite: { type: "string" }, second: { type: "string" }, shots: { type: "string" } });
if (shots) mkdirSync(shots, { recursive: true });
const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };

// code is what an authenticator app shows for a secret, some periods from now.
function code(secret, later = 0) {
  const bits = [...secret.replace(/[^A-Z2-7]/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + later));
  const sum = createHmac("sha256", key).update(step).digest();
  const at = sum[sum.length - 1] & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

const signOut = async (page) => {
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL((u) => u.pathname === "/signin");
};

async function byPasskey(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.on("pageerror", (e) => { throw e; });
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
    hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  await page.goto(invite);
  await shot(page, "invitation");
  await page.getByLabel("What to call this passkey").fill("Work laptop");
  await page.getByRole("button", { name: "Set up a passkey" }).click();
  await page.waitForURL((u) => u.pathname === "/account");
  await page.getByRole("row", { name: /Work laptop/ }).waitFor();
  assert.equal((await page.goto(invite)).status(), 404, "an invitation works once");
  await page.goto(base + "/account");
  await signOut(page);
  assert.match(page.url(), /\/signin/);
  await page.goto(base + "/incidents");
  assert.match(page.url(), /\/signin\?next=/, "signed out is signed out");
  const first = await page.locator("main button:visible").first().textContent();
  assert.match(first, /passkey/i, "the passkey comes first");
  await shot(page, "signin");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL((u) => u.pathname === "/incidents");
  console.log("passkey: invited, signed in, out, and in again");
  await page.goto(base + "/account");
  await shot(page, "account");
  await page.goto(base + "/invitations?q=whitfield");
  await page.getByRole("button", { name: /^Invite/ }).first().click();
  await page.getByText("was sent an invitation").waitFor();
  await shot(page, "invitations");
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("alert").filter({ hasText: /passkey/ }).waitFor();
  assert.match(page.url(), /\/signin/, "without a fingerprint or PIN there is no way in");
  console.log("passkey: refused without user verification");
  await context.close();
}

async function byPassword(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 900 } });
  const page = await context.newPage();
  const password = "nine harbours, grey rain";
  await page.goto(second);
  await page.getByText("With a password and an authenticator app").click();
  await page.getByText("Type it in instead").click();
  const secret = await page.locator("details .mono").first().textContent();
  const form = page.locator("form").filter({ has: page.getByLabel("The same password again") });
  await form.getByLabel("Password", { exact: true }).fill("password1234");
  await form.getByLabel("The same password again").fill("password1234");
  await form.getByLabel("Code that the app shows now").fill("000000");
  await form.getByRole("button", { name: "Set up and sign in" }).click();
  await page.getByRole("alert").filter({ hasText: "2 things need mending" }).waitFor();
  await shot(page, "invitation-faults");
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByLabel("The same password again").fill(password);
  const first = code(secret);
  await form.getByLabel("Code that the app shows now").fill(first);
  await form.getByRole("button", { name: "Set up and sign in" }).click();
  await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  const recovery = await page.locator(".codes li").allTextContents();
  assert.equal(recovery.length, 10);
  await shot(page, "recovery");
  await page.getByRole("link", { name: /continue/ }).click();
  const address = (await page.locator("main .lead").textContent()).split(", ").pop().trim();
  assert.match(address, /@/);
  await signOut(page);
  const enter = async (typed, codeTyped) => {
    await page.goto(base + "/signin?next=/account");
    await page.getByLabel("E-mail address").fill(address.toUpperCase() + " ");
    await page.getByLabel("Password").fill(typed);
    await page.getByRole("button", { name: "Continue" }).click();
    if (codeTyped === undefined) return;
    await page.getByRole("heading", { name: "Enter your code" }).waitFor();
    await shot(page, "code");
    await page.getByLabel("Code", { exact: true }).fill(codeTyped);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await enter("nine harbours, grey rains");
  await page.getByText("do not go together").first().waitFor();
  await shot(page, "signin-fault");
  await enter(password, first); // used already, when it was set up
  await page.getByText("This code is not right").first().waitFor();
  await enter(password, code(secret, 1));
  await page.waitForURL((u) => u.pathname === "/account");
  await page.getByText("10 of 10 recovery codes are left").waitFor();
  await signOut(page);
  await enter(password, recovery[3].toLowerCase());
  await page.waitForURL((u) => u.pathname === "/account");
  await page.getByText("9 of 10 recovery codes are left").waitFor();
  await signOut(page);
  await enter(password, recovery[3]);
  await page.getByText("This code is not right").first().waitFor();
  console.log("password: set up, signed in by code and by recovery code, without script");
  await context.close();
}

const browser = await launch();
try {
  if (invite) await byPasskey(browser);
  if (second) await byPassword(browser);
} finally {
  await browser.close();
}
