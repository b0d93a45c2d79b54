// Comfort over pages that work without it. Each part looks for its own mark and does nothing where it is not.
import { keepCounting } from "./countdown.js";
import { putBack, reader, saveAsTyped } from "./draft.js";
import { fileFromHere } from "./filing.js";
import { install } from "./install.js";
import { fileWithoutServer } from "./offline.js";
import { foldAway, openWhen } from "./open.js";
import { keepLive } from "./live.js";
import { walkRows } from "./keys.js";
import { watch } from "./outbox.js";
import { foldPreview, keepPreview } from "./preview.js";
import { growRows } from "./rows.js";
import { usePasskeys } from "./passkey.js";
import { tellZone } from "./zone.js";

tellZone();
keepCounting();
openWhen();
foldAway();
foldPreview();
walkRows();
keepLive();
usePasskeys();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

async function keepReport(form) {
  growRows(form);
  if (form.hasAttribute("data-offline")) return;
  keepPreview(form);
  const save = await saveAsTyped(form, reader);
  fileFromHere(form, reader, () => form.dataset.name);
  const same = (kept) => ["entity", "kind", "incident"].every((name) => (kept.get(name) ?? "") === form.elements[name].value);
  await putBack(form, reader, same, save);
}

const report = document.querySelector("[data-report]");
if (report) keepReport(report);

const quietly = (wrong) => console.warn("not available in this browser:", wrong);
fileWithoutServer().then(watch).catch(quietly);
install().catch(quietly);
