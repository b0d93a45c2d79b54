// Builds the pages' styles and script into internal/web/page/static/build: one style sheet, one script, and only those fonts
// and images that they name. File names carry a digest of the content, so that a browser may keep them for ever.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import * as sass from "sass";
import { tokenise } from "./dark.mjs";
import { icon } from "./icon.mjs";

const here = import.meta.dirname;
const design = join(here, "node_modules/@uswds/uswds");
const out = resolve(here, "../internal/web/page/static/build");
const manifest = {};

// emit writes a file under a name that carries its digest, with a compressed twin where that is smaller.
function emit(name, content) {
  const bytes = Buffer.from(content);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const ext = extname(name);
  const file = `${basename(name, ext)}-${digest}${ext}`;
  writeFileSync(join(out, file), bytes);
  const packed = gzipSync(bytes, { level: 9 });
  if (packed.length < bytes.length * 0.9) writeFileSync(join(out, file + ".gz"), packed);
  manifest[name] = file;
  return file;
}

// assets copies every font and image that the sheet names and points the sheet to the copies. A font stays a file of its
// own; a small image goes into the sheet, where it costs no request.
function assets(css) {
  const seen = new Map();
  return css.replace(/url\((["']?)(\.\.\/(?:fonts|img)\/[^)"']+)\1\)/g, (_, __, ref) => {
    if (!seen.has(ref)) seen.set(ref, asset(ref));
    return `url("${seen.get(ref)}")`;
  });
}

function asset(ref) {
  const own = ref.startsWith("../img/own/");
  const path = own ? join(here, "img", basename(ref)) : join(design, "dist", ref.slice(3));
  const content = readFileSync(path);
  if (extname(ref) !== ".svg") return emit(basename(ref), content);
  const text = content.toString().replace(/\s+/g, " ").trim();
  return "data:image/svg+xml," + encodeURIComponent(text).replace(/%20/g, " ").replace(/%3D/g, "=").replace(/%2F/g, "/").replace(/%3A/g, ":");
}

function styles() {
  const result = sass.compile(join(here, "styles/app.scss"), {
    style: "compressed",
    loadPaths: [join(design, "packages"), join(here, "styles")],
    quietDeps: true,
  });
  // The design system brings every weight of three families along; the pages use the two faces of _fonts.scss.
  const used = result.css.replace(/@font-face\{[^}]*\}/g, (face) => (face.includes("font-display:optional") ? face : ""));
  const { css, problems } = tokenise(used);
  if (problems.length) throw new Error("dark mode is incomplete:\n  " + problems.join("\n  "));
  return assets(css);
}

async function script(entry) {
  const result = await esbuild.build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    write: false,
    legalComments: "none",
  });
  return result.outputFiles[0].contents;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
emit("app.css", styles());
emit("app.js", await script("app.js"));
emit("worker.js", await script("worker.js"));
emit("icon.svg", readFileSync(join(here, "img/icon.svg")));
for (const size of [192, 512]) emit(`icon-${size}.png`, icon(size));
emit("LICENSE-uswds.md", readFileSync(join(design, "LICENSE.md")));
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
for (const [name, file] of Object.entries(manifest)) {
  const raw = readFileSync(join(out, file));
  console.log(`${file.padEnd(44)} ${String(raw.length).padStart(7)} bytes, ${gzipSync(raw, { level: 9 }).length} compressed`);
}
