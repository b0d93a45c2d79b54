import { launch } from "./browser.mjs";
const b = await launch();
const p = await (await b.newContext({ viewport: { width: 390, height: 900 }, colorScheme: "dark" })).newPage();
await p.goto(process.argv[2]);
await p.getByText("With a password and an authenticator app").click();
console.log(await p.evaluate(() => { let e=[...document.querySelectorAll("button")].find((x)=>x.textContent.includes("Set up and")); const o=[]; while(e){o.push(e.tagName+" "+e.className+" "+e.getBoundingClientRect().width+" "+e.getBoundingClientRect().left+" "+getComputedStyle(e).width+" "+getComputedStyle(e).display);e=e.parentElement;} return o; }));
await p.screenshot({ path: "/work/wt-id/.tmp/shots/inv2.png", fullPage: true });
await b.close();
