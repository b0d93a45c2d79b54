// A ransomware attack in a real browser, from an incomplete filing at night to sign-off: ten people, each in a browser of their own, most
// of them without script and one on a telephone; restricted half way. An outsider follows it all and sees nothing.
//   node response.mjs --base http://127.0.0.1:8080 [--shots FOLDER]
import assert from "node:assert/strict";
import { be, launch, options } from "./browser.mjs";

const { base, shots } = options({ shots: { type: "string" } });
const browser = await launch();

const people = { iso: "Caroline Teixeira", tech: "Vikram Chaudhary", soc: "Gwendolyn Tavares", coordinator: "Fiona Cabral", lead: "Katrin Medeiros",
  analyst: "Rafael Sousa", legal: "Jerome Pacheco", press: "Stefan Rocha", outsider: "Alistair Correia", colleague: "Lucinda Furtado" };
const pages = {};
async function as(role) {
  if (!pages[role]) {
    const javaScriptEnabled = ["coordinator", "analyst"].includes(role); // who does the most; the others show that it goes without
    const context = await browser.newContext({ viewport: { width: role === "tech" ? 390 : 1280, height: 900 }, javaScriptEnabled });
    pages[role] = await context.newPage();
    pages[role].setDefaultTimeout(20000);
    pages[role].on("pageerror", (e) => { throw e; });
    await be(pages[role], base, people[role]);
  }
  return pages[role];
}

let incident = "";

// fill sets a field by its label, whatever kind of field it is.
async function fill(form, label, value) {
  const field = form.getByLabel(label).first();
  const kind = await field.evaluate((e) => e.tagName + ":" + (e.type ?? ""));
  if (kind.startsWith("SELECT")) {
    const option = field.locator("option").filter({ hasText: value }).first();
    await field.selectOption(await option.getAttribute("value"));
  } else if (/radio|checkbox/.test(kind)) {
    await form.locator("label").filter({ hasText: label }).first().click();
  } else await field.fill(value);
}

// unfold opens what a form is folded away in.
async function unfold(form) {
  for (const fold of await form.locator("xpath=ancestor::details").all()) {
    if (!(await fold.evaluate((e) => e.open))) await fold.locator("> summary").click();
  }
}

// act does one thing on a page of the incident: opens the fold that the button is in, fills in the form, and sends it.
async function act(role, path, button, fields = {}, among = "main") {
  const page = await as(role);
  await page.goto(`${base}/incidents/${incident}${path}`);
  const press = page.locator("button").filter({ hasText: new RegExp(`^${button}\\b`) });
  const form = page.locator(`${among} form`).filter({ has: press }).first();
  await unfold(form);
  for (const [label, value] of Object.entries(fields)) await fill(form, label, value);
  await form.locator(press).first().click();
  await page.waitForURL(/[?&]done=/).catch(async () => {
    throw new Error(`${role} on ${path}: "${button}" was not done: ${(await page.locator("main").innerText()).slice(0, 600)}`);
  });
  return page;
}

async function look(role, path, name) {
  if (!shots) return;
  const page = await as(role);
  await page.goto(`${base}/incidents/${incident}${path}`);
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

async function file() {
  const page = await as("iso");
  await page.goto(`${base}/report?entity=ma-demo-rmv`);
  await page.getByLabel("In plain words").fill("Ransom notes on two file servers; we know nothing else yet.");
  await page.locator("#f-categories .usa-checkbox__label", { hasText: /malicious code/i }).first().click();
  await page.getByRole("button", { name: "File the report now" }).click();
  await page.waitForURL(/\/filed\//);
  incident = encodeURIComponent((await page.locator(".confirmation__number").textContent()).trim());
  await act("soc", "", "Acknowledge", {}, "#s-tracks");
  await act("soc", "", "Ask", { "Your question": "Which servers, and where?" }, "#s-tracks");
  await act("iso", "", "Answer", { "Your answer": "fs-01 and fs-02, in the district office." });
  console.log("filed at night with what was known; taken, asked, answered");
}

async function respond() {
  await act("coordinator", "/response", "Start the response", { "Who leads": people.lead, "What was begun": "Both servers unplugged.", "Malware or malicious code": true });
  await act("coordinator", "/response", "Call in", { "Who": people.legal, "What they are needed for": "A criminal asks for money." });
  await act("legal", "/sections/legal", "Write the note", { Note: "No payment without the CISO." });
  await act("coordinator", "", "Record the rating", { High: true, Reason: "The vehicle registry is encrypted too." }, "#s-rating");
  await act("coordinator", "/response", "Record the decision", { Activate: true, Reason: "The counters are closed." });
  console.log("begun, rated high, Legal called in, business continuity activated");
}

async function restrict() {
  const outsider = await as("outsider");
  const colleague = await as("colleague");
  assert.equal((await colleague.goto(`${base}/incidents/${incident}`)).status(), 200);
  const members = Object.fromEntries(["iso", "tech", "lead", "analyst", "legal", "press"].map((r) => [people[r], true]));
  await act("coordinator", "", "Restrict", { ...members, Reason: "An insider may have helped." }, "#s-people");
  for (const [page, who] of [[outsider, "another agency"], [colleague, "a colleague who is no member"]]) {
    for (const path of ["", "/response", "/investigation", "/management", "/analysis", "/record"]) {
      assert.equal((await page.goto(`${base}/incidents/${incident}${path}`)).status(), 404, `${who} gets ${path}`);
    }
    for (const path of ["/", "/incidents?q=ransom", "/statistics", "/work", "/board", "/actions", "/indicators?value=203.0.113.7"]) {
      await page.goto(base + path);
      assert.ok(!(await page.locator("main").innerText()).includes(decodeURIComponent(incident)), `${who} reads of it on ${path}`);
    }
  }
  console.log("restricted: gone for a colleague and never there for another agency");
}

async function investigate() {
  const analyst = await as("analyst");
  await analyst.goto(`${base}/incidents/${incident}/investigation/timeline/add`);
  await analyst.getByLabel("Lines").fill("2026-05-20 09:00 Mail with a macro opened\n2026-05-20 09:05:30 Beacon to 203.0.113.7\n2026-05-21 23:40 Ransom note on fs-01");
  await analyst.getByLabel("Zone of times without one").selectOption("America/New_York");
  await analyst.getByRole("button", { name: "Show what they become" }).click();
  await analyst.getByRole("button", { name: "Record 3 events" }).click();
  await analyst.getByText("On the timeline.").waitFor();
  await analyst.goto(`${base}/incidents/${incident}/investigation/indicators`);
  await analyst.getByLabel("Text with indicators").fill("203.0.113.7 hxxp://evil[.]example/a");
  await analyst.getByRole("button", { name: "Show what it holds" }).click();
  await analyst.getByRole("button", { name: /^Record \d indicators/ }).click();
  await analyst.getByRole("cell", { name: "hxxp[://]evil[.]example/a" }).waitFor();
  await act("analyst", "/investigation/findings", "State it", { "What you suppose": "They came by mail." });
  await act("analyst", "/investigation/notes", "Keep it", { Note: "The note asks for **money**." });
  await look("analyst", "/investigation/timeline", "timeline");
  console.log("investigated: a timeline, indicators, a finding, a note");
}

async function contain() {
  await act("iso", "/assets", "Put them on the list", { "Or paste names": "fs-01; server; office; high" });
  const tech = await as("tech");
  await tech.goto(`${base}/incidents/${incident}/assets`);
  await tech.getByRole("link", { name: "fs-01" }).click();
  const asset = new URL(tech.url()).pathname.split(incident)[1];
  await act("tech", asset, "Record that it is off", { "Removed": true, "What was done": "Cable pulled." });
  await act("tech", asset, "Record it", { "What was done": "Rebuilt." }, "main details:has(summary:has-text('It was cleaned'))");
  await act("tech", asset, "Record it", { "What was done": "Read back.", "Source of": "Offline copy of Monday." }, "main details:has(summary:has-text('It was restored'))");
  await act("tech", asset, "Record it", { "Which changes": "All, against the list." }, "main details:has(summary:has-text('Its changes are verified'))");
  await act("lead", asset, "State it", { "Access limited": "Two clerks." }, "main details:has(summary:has-text('Access limited'))");
  await act("coordinator", asset, "State it", { "Validated": "Looked at the logs." }, "main details:has(summary:has-text('Validated'))");
  await act("lead", asset, "Return to service", { "How it was put back": "Cable back in." });
  await act("lead", "/lifecycle", "Enter it", { Phase: /Containment/ });
  const lead = await as("lead");
  await lead.goto(`${base}/incidents/${incident}/response`);
  for (const task of await lead.locator("main li.duty[id^='f-task-']").evaluateAll((all) => all.map((e) => e.id))) {
    await act("lead", "/response", "Leave it out", { "Why it is left out": "Covered by the rebuild." }, `#${task}`);
  }
  await act("lead", "/lifecycle", "Enter it", { Phase: /Post/ });
  console.log("contained: off the network, rebuilt, validated, returned; the work is done or left out with a reason");
}

async function tell() {
  await act("coordinator", "/management", "Issue version 1", { "Why an office is not told": "The chair and the secretaries hear of it in person." });
  const coordinator = await as("coordinator");
  await coordinator.goto(`${base}/incidents/${incident}/management/1`);
  assert.equal((await coordinator.request.get(`${base}/incidents/${incident}/management/1/report.pdf`)).headers()["content-type"], "application/pdf");
  await act("press", "/updates?audience=public", "Save the draft", { "The update": "The counters are open again." });
  await act("press", "/updates", "Approve");
  await act("legal", "/updates", "Approve");
  await act("press", "/updates", "Record that it was passed on", { "How you pass it on": /press/i });
  await act("lead", "/communications", "Log it", { "Date and time": new Date().toISOString().slice(0, 16), "Time zone": /UTC/, "With whom": "The press office", "What was said": "That the counters are open." });
  await act("lead", "/response", "Offer the lead", { "Who takes over": people.analyst, "State of play": "All is rebuilt; the analysis is to be written." });
  await act("analyst", "/response", "Accept the lead");
  await look("coordinator", "/management", "management");
  console.log("told: management in a version with its PDF, the public after two approvals, a call logged; the lead handed over");
}

async function learn() {
  const analyst = await as("analyst");
  await analyst.goto(`${base}/incidents/${incident}/analysis`);
  const sections = await analyst.locator("main form[action$='/analysis'] input[name=section]").evaluateAll((all) =>
    all.map((e) => [e.value, e.form.querySelector("label").textContent.trim()]));
  assert.ok(sections.length > 8, `${sections.length} sections`);
  for (const [section, label] of sections) {
    const cause = section === "causes" ? { "Kind of root cause": "Malware" } : {};
    await act("analyst", "/analysis", "Keep it", { [label]: `What is known of it: ${section}`, ...cause }, `main details:has(input[name=section][value='${section}'])`);
  }
  await act("coordinator", "/analysis", "Sign the analysis");
  await act("analyst", "/lessons", "Give it to them", { "What is to be done": "Block macros from outside.", "Who sees to it": people.tech, "By when": "2027-03-01" });
  await act("tech", "/lessons", "Record that it is done", { "How one sees that it was done": "Change 4711." });
  await act("coordinator", "/lessons", "The evidence holds");
  await act("analyst", "/lessons", "Propose it", { "What would change, and why": "Ask for the map of segments first." });
  await look("analyst", "/analysis", "analysis");
  await act("coordinator", "/lifecycle", "Accept and close", { "How it ended": "All is back; the agency completes its report." });
  const page = await as("coordinator");
  await page.goto(`${base}/incidents/${incident}/lifecycle`);
  await page.getByRole("heading", { name: "Closed" }).waitFor();
  await look("coordinator", "/lifecycle", "lifecycle");
  console.log("learned: analysis signed, an action done and verified, a change proposed, the incident closed with what remains by name");
}

for (const part of [file, respond, restrict, investigate, contain, tell, learn]) await part();
await browser.close();
console.log(decodeURIComponent(incident));
