// Comfort over pages that work without it. Each part looks for its own mark and does nothing where it is not.
import { keepCounting } from "./countdown.js";
import { keepPreview } from "./preview.js";
import { openWhen } from "./open.js";
import { usePasskeys } from "./passkey.js";
import { tellZone } from "./zone.js";

tellZone();
keepCounting();
openWhen();
keepPreview();
usePasskeys();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What was typed is not thrown away by a stray click on a link.
const report = document.querySelector("[data-report]");
if (report) {
  let typed = document.getElementById("problems") !== null;
  report.addEventListener("input", () => { typed = true; });
  report.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
