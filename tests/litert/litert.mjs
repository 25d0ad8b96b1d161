// LiteRT as WebAssembly in a headless browser; nothing leaves the machine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// The packages lie in the folder the test is run from, in the build tree.
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');

const ORIGIN = 'http://litert.test';
const PAGE = `<!doctype html><script type="importmap">{"imports": {
  "@litertjs/core": "/node_modules/@litertjs/core/dist/index.js",
  "@litertjs/wasm-utils": "/node_modules/@litertjs/wasm-utils/dist/index.js"}}</script>`;
const TYPES = { '.wasm': 'application/wasm', '.js': 'text/javascript' };

// Answers requests of the page with files of the packages and of `folder` (below /cases/).
async function serve(route, folder) {
  const path = new URL(route.request().url()).pathname;
  if (path === '/') return route.fulfill({ contentType: 'text/html', body: PAGE });
  const file = path.startsWith('/cases/') ? join(folder, path.slice(7)) : join(process.cwd(), path);
  const type = TYPES[path.slice(path.lastIndexOf('.'))] ?? 'application/octet-stream';
  try {
    return await route.fulfill({ contentType: type, body: readFileSync(file) });
  } catch {
    return route.fulfill({ status: 404 });
  }
}

// In the page: the first output of every sample, one after the other, or what LiteRT says instead.
async function runCase({ name, inputs, samples }) {
  const floats = async (address) => new Float32Array(await (await fetch(address)).arrayBuffer());
  try {
    const values = await floats(`/cases/${name}.in`);
    const { loadAndCompile, Tensor } = globalThis.litert;
    const model = await loadAndCompile(`/cases/${name}.tflite`, { accelerator: 'wasm' });
    const outputs = [];
    let at = 0;
    for (let sample = 0; sample < samples; sample++) {
      const tensors = inputs.map((shape) => {
        const size = shape.reduce((product, extent) => product * extent, 1);
        at += size;
        return new Tensor(values.slice(at - size, at), shape);
      });
      const answers = await model.run(tensors);
      outputs.push(...answers[0].toTypedArray());
      for (const tensor of [...tensors, ...answers]) tensor.delete();
    }
    model.delete();
    return { outputs };
  } catch (error) {
    return { error: String(error) };
  }
}

// Opens LiteRT. `run(case)` resolves to {outputs} or {error}; `messages` are what it logs.
export async function openLiteRt(folder) {
  const browser = await chromium.launch({
    executablePath: process.env.QG_CHROMIUM,
    // Chromium refuses its sandbox to root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const page = await browser.newPage();
  const messages = [];
  page.on('console', (message) => messages.push(message.text()));
  await page.route('**/*', (route) => serve(route, folder));
  await page.goto(ORIGIN);
  await page.evaluate(async () => {
    globalThis.litert = await import('@litertjs/core');
    await globalThis.litert.loadLiteRt('/node_modules/@litertjs/core/wasm/');
  });
  return {
    run: (each) => page.evaluate(runCase, each),
    messages,
    close: () => browser.close(),
  };
}
