// A browser, the reports it opens, and what must never happen while one is open.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';

// The packages lie in the folder the test is run from, in the build tree.
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = require('axe-core');

const folder = mkdtempSync(join(tmpdir(), 'quantgate-web-'));

// The report `which` (sample, hostile, large, mobilenet) in `form` (html, html-plain) as a file: address.
export function writeReport(which, form) {
  const path = join(folder, `${which}.${form}.html`);
  execFileSync(process.env.QG_WRITE_SAMPLE_REPORT, [which, form, path]);
  return pathToFileURL(path).href;
}

// The sample report as report.json has it.
export function sampleDocument() {
  const path = join(folder, 'sample.json');
  execFileSync(process.env.QG_WRITE_SAMPLE_REPORT, ['sample', 'json', path]);
  return JSON.parse(readFileSync(path, 'utf8'));
}

export const launch = () =>
  chromium.launch({
    executablePath: process.env.QG_CHROMIUM,
    // Chromium refuses its sandbox to root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

// A page that writes down whatever must not happen: see `troubles`.
export async function openPage(
  browser,
  { width = 1280, height = 900, colorScheme = 'light' } = {},
) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.setDefaultTimeout(5000);
  const troubles = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith('file:') && !address.startsWith('data:'))
      troubles.push(`request: ${address}`);
    if (address.startsWith('file:') && request.resourceType() !== 'document')
      troubles.push(`request: ${address}`);
  });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return {
    page,
    troubles: async () => [...troubles, ...(await page.evaluate(() => globalThis.violations))],
  };
}

// A link within the report needs a fresh document to be opened as if from outside.
export async function visit(page, address, hash = '') {
  await page.goto('about:blank');
  await page.goto(address + hash);
}

// What axe calls serious or critical, as text.
export async function axeViolations(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .map(
      (violation) =>
        `${violation.id}: ${violation.nodes.map((node) => `${node.target}: ${node.failureSummary}`).join('\n')}`,
    );
}

// By how many pixels the page is wider than the window.
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// For the tests of one file: `address` of each report named as "sample" or "sample/html-plain", and
// `withPage`, which runs `body` with a fresh page and asserts that nothing happened that must not.
export function browserSuite(...names) {
  let browser;
  const address = {};
  before(async () => {
    for (const name of names) {
      const [which, form = 'html'] = name.split('/');
      address[name] = writeReport(which, form);
    }
    browser = await launch();
  });
  after(() => browser?.close());
  async function withPage(options, body) {
    const { page, troubles } = await openPage(browser, options);
    try {
      await body(page);
      assert.deepEqual(await troubles(), []);
    } finally {
      await page.close();
    }
  }
  return { address, withPage };
}

export const heading = (page, name) => page.getByRole('heading', { name, exact: true });
