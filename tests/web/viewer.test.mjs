// The pages as a whole in a real browser. Run by ctest as web.viewer.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axeViolations, browserSuite, heading, overflow, visit } from './pages.mjs';

const VIEWS = ['summary', 'layers', 'causes', 'samples', 'calibration', 'history', 'reproduce'];
const HEADINGS = {
  summary: '2 of 5 variants failed the gate, 1 could not be decided',
  layers: 'Layers',
  causes: 'Causes',
  samples: 'Confusion matrix',
  calibration: 'Other calibration samples are needed',
  history: 'History',
  reproduce: 'Run it again',
};

const { address, withPage } = browserSuite(
  'sample',
  'hostile',
  'large',
  'mobilenet',
  'sample/html-plain',
  'hostile/html-plain',
);

describe('every view', () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [390, 1280, 1920]) {
      test(`opens, ${colorScheme}, ${width} pixels wide, without a serious axe violation`, () =>
        withPage({ width, colorScheme }, async (page) => {
          for (const view of VIEWS) {
            await visit(page, address.sample, `#/${view}`);
            await heading(page, HEADINGS[view]).first().waitFor();
            assert.equal(await overflow(page), 0, `${view} is wider than the window`);
            // Nothing but the width differs above 1280 pixels.
            if (width <= 1280) assert.deepEqual(await axeViolations(page), [], view);
          }
        }));
    }
  }

  test('is reached by its tab, and left by the back button', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample);
      for (const view of VIEWS.slice(1)) {
        await page.locator(`nav a[href="#/${view}"]`).click();
        await heading(page, HEADINGS[view]).first().waitFor();
        assert.equal(
          await page.locator('nav [aria-current=page]').getAttribute('href'),
          `#/${view}`,
        );
      }
      await page.goBack();
      await heading(page, HEADINGS.history).waitFor();
    }));

  test('is printed', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample);
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      for (const view of VIEWS.filter((name) => name !== 'history'))
        assert.ok(await heading(page, HEADINGS[view]).first().isVisible(), view);
      assert.equal(await overflow(page), 0);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await heading(page, HEADINGS.reproduce).waitFor({ state: 'detached' });
    }));
});

test('a finding leads to its tensor', () =>
  withPage({}, async (page) => {
    await visit(page, address.sample, '#/causes');
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('warning');
    assert.equal(await page.locator('.finding').count(), 1);
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('error');
    assert.equal(await page.locator('.finding').count(), 2);
    await page.getByRole('link', { name: 'dense2/BiasAdd' }).click();
    await heading(page, 'dense2/BiasAdd').waitFor();
  }));

describe('the baseline', () => {
  test('says what changed and what is no change', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample);
      const text = await page.locator('table.baseline').innerText();
      assert.match(text, /int8\s+Same model/);
      assert.match(text, /Not comparable: the baseline was recorded on another dataset/);
      assert.match(text, /−14\.71 points/);
      assert.match(text, /4\.1 kB smaller/);
      await page.getByText('2 worse, 2 without a clear change, 1 not comparable.').waitFor();
    }));

  test('an undecided rule says how many samples would decide', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample);
      await page.getByText('About 2,400 samples would decide.').waitFor();
      await visit(page, address.sample, '#/causes');
      const row = page.getByRole('row', { name: /max_class_drop_points/ });
      assert.match(await row.innerText(), /95 %, .* 0\.21, .* 0\.64, 2,400 samples to decide/);
    }));
});

test('the colours can be chosen', () =>
  withPage({ colorScheme: 'light' }, async (page) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await visit(page, address.sample);
    const light = await background();
    const button = page.getByRole('button', { name: /^Colours/ });
    await button.click();
    await button.click();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    assert.notEqual(await background(), light);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await background(), 'rgb(255, 255, 255)');
  }));

test('hostile names do nothing', () =>
  withPage({}, async (page) => {
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      for (const view of VIEWS) {
        await visit(page, address.hostile, `#/${view}`);
        await page.locator('main .section').first().waitFor();
        assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
        assert.equal(await overflow(page), 0, `${view} is wider than ${width} pixels`);
      }
    }
    assert.match(await page.locator('main').innerText(), /<img src=x onerror=window\.hacked=1>/);
  }));

test('a wrong link opens the summary', () =>
  withPage({}, async (page) => {
    await visit(page, address.sample, '#/nonsense?variant=%00&tensor=%3Cscript%3E');
    await heading(page, HEADINGS.summary).waitFor();
  }));

// 1,000 tensors and 2,000 flipped samples for each of five variants.
test('a large report opens in a second and stays usable', () =>
  withPage({}, async (page) => {
    // The best of three: a busy machine is slow once, a slow page every time.
    const paints = [];
    for (let i = 0; i < 3; ++i) {
      await visit(page, address.large);
      const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
      paints.push(await (await page.waitForFunction(paint)).jsonValue());
    }
    assert.ok(Math.min(...paints) < 1000, `first paint after ${paints} ms`);
    await visit(page, address.large, '#/layers');
    await page.getByRole('button', { name: 'Show all 1,000 tensors' }).waitFor();
    const started = Date.now();
    await page.getByRole('searchbox', { name: 'Filter the tensors' }).fill('stage99');
    await page.getByText('11 of 1,000 tensors').waitFor();
    await page.locator('nav a[href="#/samples"]').click();
    await page.getByRole('button', { name: 'Show 192 more' }).waitFor();
    assert.ok(Date.now() - started < 2000, `${Date.now() - started} ms`);
  }));

// 175 tensors, five variants: what it shows is summarised before it is embedded.
test('a report the size of a MobileNetV2 is small and quick', () =>
  withPage({ width: 1440 }, async (page) => {
    const { size } = statSync(fileURLToPath(address.mobilenet));
    assert.ok(size < 2_500_000, `${size} bytes`);
    await visit(page, address.mobilenet, '#/layers?tensor=stage100%2Fpool3%2FMean');
    await page.locator('.node.chosen').waitFor();
    const started = Date.now();
    await page.locator('.details').waitFor();
    await page.getByRole('radio', { name: 'Clipped' }).check();
    await page.getByRole('button', { name: 'Close the details' }).click();
    await page.locator('.details').waitFor({ state: 'detached' });
    assert.ok(Date.now() - started < 2000, `${Date.now() - started} ms`);
  }));

describe('the plain page', () => {
  for (const colorScheme of ['light', 'dark']) {
    test(`opens without a serious axe violation, ${colorScheme}`, () =>
      withPage({ colorScheme }, async (page) => {
        await visit(page, address['sample/html-plain']);
        await page.getByRole('heading', { level: 1, name: /2 of 5 variants failed/ }).waitFor();
        assert.deepEqual(await axeViolations(page), []);
      }));
  }

  test('shows hostile names as text', () =>
    withPage({ width: 390 }, async (page) => {
      await visit(page, address['hostile/html-plain']);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.equal(await page.locator('script, img').count(), 0);
    }));
});
