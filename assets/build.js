// Builds style, script, fonts and mark into dist/ under names that hold a hash of their
// content, each beside a brotli copy, and writes manifest.json (plain name -> hashed name).
// It fails when anything of the GOV.UK brand that councils may not use has slipped in.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "sass";
import { trueType } from "./woff.js";

const here = new URL(".", import.meta.url).pathname;
const dist = `${here}dist/`;
const manifest = {};

function put(plain, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const [, stem, kind] = plain.match(/^(.+)\.(\w+)$/);
  const name = `${stem}-${hash}.${kind}`;
  manifest[plain] = name;
  writeFileSync(dist + name, bytes);
  if (kind !== "woff2") writeFileSync(`${dist}${name}.br`, brotliCompressSync(bytes));
  return name;
}

function font(weight) {
  const file = `node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff2`;
  return put(`inter-${weight}.woff2`, readFileSync(here + file));
}

function style() {
  const fonts = [400, 600].map((weight) => [weight, font(weight)]);
  const { css } = compile(`${here}scss/app.scss`, {
    style: "compressed",
    loadPaths: [`${here}node_modules`],
    quietDeps: true,
  });
  return fonts.reduce((text, [weight, name]) => text.replaceAll(`inter-${weight}.woff2`, name), css);
}

async function script() {
  const { outputFiles } = await build({
    entryPoints: [`${here}js/app.js`],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2020",
  });
  return outputFiles[0].text;
}

// For PDF files, which hold fonts as TrueType and are written by the program itself; "more" has the
// Latin letters beyond western Europe.
function printed() {
  for (const [part, name] of [["latin", ""], ["latin-ext", "-more"]]) {
    for (const weight of [400, 600]) {
      const file = `node_modules/@fontsource/inter/files/inter-${part}-${weight}-normal.woff`;
      writeFileSync(`${dist}inter-${weight}${name}.ttf`, trueType(readFileSync(here + file)));
    }
  }
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const css = style();
for (const forbidden of ["GDS Transport", "crown", "crest"]) {
  if (css.toLowerCase().includes(forbidden.toLowerCase())) {
    throw new Error(`The style holds "${forbidden}", which a council's own service may not use.`);
  }
}
put("app.css", css);
put("app.js", await script());
printed();
put("mark.svg", readFileSync(`${here}svg/mark.svg`));
writeFileSync(`${dist}manifest.json`, JSON.stringify(manifest, null, 2));
