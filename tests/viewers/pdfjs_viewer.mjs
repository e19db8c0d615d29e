// Draws PDFs with pdf.js as Firefox does: see viewer.rs for what goes in and out.

import { createRequire } from "node:module";
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [folder, dots] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));
// Only answers go to standard output.
console.log = console.info = console.warn = () => {};
const canvas = installed("@napi-rs/canvas");
Object.assign(globalThis, { DOMMatrix: canvas.DOMMatrix, ImageData: canvas.ImageData, Path2D: canvas.Path2D });
const home = path.dirname(installed.resolve("pdfjs-dist/package.json"));
const pdfjs = await import(pathToFileURL(path.join(home, "legacy/build/pdf.mjs")));
const worker = await import(pathToFileURL(path.join(home, "legacy/build/pdf.worker.mjs")));
// Without a thread of its own: its messages cost more than small pages do.
globalThis.pdfjsWorker = worker;

async function draw(file) {
  const task = pdfjs.getDocument({
    data: new Uint8Array(file),
    cMapUrl: path.join(home, "cmaps/"),
    standardFontDataUrl: path.join(home, "standard_fonts/"),
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
    verbosity: 0,
  });
  try {
    const document = await task.promise;
    const pages = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: dots / 72 });
      const surface = canvas.createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
      const context = surface.getContext("2d");
      context.fillStyle = "white";
      context.fillRect(0, 0, surface.width, surface.height);
      await page.render({ canvasContext: context, viewport }).promise;
      const { data, width, height } = context.getImageData(0, 0, surface.width, surface.height);
      const rows = Buffer.alloc(width * height);
      for (let at = 0; at < rows.length; at++) {
        rows[at] = (data[4 * at] * 77 + data[4 * at + 1] * 151 + data[4 * at + 2] * 28) >> 8;
      }
      pages.push({ width, height, rows });
    }
    return pages;
  } finally {
    await task.destroy();
  }
}

function say(...parts) {
  for (const part of parts) {
    const bytes = Buffer.from(part);
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(1, bytes, at);
      } catch (error) {
        // The reader is slower than the pipe is deep.
        if (error.code !== "EAGAIN") throw error;
      }
    }
  }
}

let received = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const line = received.indexOf(10);
    if (line < 0) break;
    const end = line + 1 + Number(received.subarray(0, line));
    if (received.length < end) break;
    const file = received.subarray(line + 1, end);
    received = received.subarray(end);
    try {
      const pages = await draw(file);
      say(`pages ${pages.length}\n`);
      for (const { width, height, rows } of pages) say(`${width} ${height}\n`, rows);
    } catch (error) {
      const words = Buffer.from(`${error?.name}: ${error?.message}`);
      say(`error ${words.length}\n`, words);
    }
  }
}
