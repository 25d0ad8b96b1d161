// Samples, calibration and history in a real browser. Run by ctest as web.samples.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axeViolations, browserSuite, sampleDocument, visit } from './pages.mjs';

const { address, withPage } = browserSuite('sample', 'hostile');

describe('samples', () => {
  test('are told by class', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/samples?variant=uint8-dummy-ranges');
      const table = page.getByRole('region', { name: 'Classes of uint8-dummy-ranges' });
      const first = table.locator('tbody tr').first();
      assert.match(await first.innerText(), /^0\s+1,000\s+99\.00 %/);
      await page.getByRole('combobox', { name: 'Order' }).selectOption('worst');
      assert.match(await first.innerText(), /^9\s/);
      await first.getByRole('link').click();
      await page.waitForURL(/class=9/);
      const labels = await page.locator('.sample-head b').allTextContents();
      assert.ok(labels.length > 0 && labels.every((label) => label === '9'));
    }));

  const ink = (page) =>
    page
      .locator('canvas')
      .first()
      .evaluate((canvas) =>
        canvas
          .getContext('2d')
          .getImageData(0, 0, canvas.width, canvas.height)
          .data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0),
      );

  test('that flipped are drawn and filtered by class and kind', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/samples');
      assert.equal(await page.locator('li.sample').count(), 48);
      assert.ok((await ink(page)) > 10_000);
      await page.getByRole('combobox', { name: 'Class' }).selectOption('3');
      const labels = await page.locator('.sample-head b').allTextContents();
      assert.ok(labels.length > 0 && labels.every((label) => label === '3'));
      await page.getByRole('combobox', { name: 'Class' }).selectOption('');
      await page.getByRole('radio', { name: 'Gained' }).check();
      assert.equal(await page.locator('li.sample:not(.gained)').count(), 0);
    }));

  test('are counted against the float model', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/samples?variant=int8');
      await page.getByRole('radio', { name: 'Difference to float' }).check();
      const cells = (await page.locator('table.confusion td').allTextContents()).map((text) =>
        text === '·' ? 0 : Number(text.replace('−', '-')),
      );
      assert.equal(cells.length, 100);
      // Every sample has one prediction before and after.
      assert.equal(
        cells.reduce((sum, value) => sum + value, 0),
        0,
      );
      assert.ok(cells.some((value) => value !== 0));
    }));
});

describe('calibration', () => {
  test('is judged, drawn and sorted', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/calibration');
      await page.getByText('3 of those are calibration samples as well').waitFor();
      const names = () => page.locator('table.ranges tbody th').allTextContents();
      assert.deepEqual(await names(), ['logits <b>', 'image']);
      await page.getByRole('button', { name: 'Tensor' }).click();
      assert.deepEqual(await names(), ['image', 'logits <b>']);
      await page.getByRole('button', { name: 'logits <b>' }).click();
      await page.locator('.selected-line').waitFor();
      assert.match(page.url(), /tensor=logits/);
      await page.getByRole('searchbox', { name: 'Filter the ranges' }).fill('zzz');
      await page.getByText('No tensor fits.').waitFor();
    }));
});

describe('calibration by estimator', () => {
  test('is drawn side by side, of one tensor or of all', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/calibration');
      const table = page.getByRole('region', { name: 'Estimated ranges' });
      assert.equal(await table.locator('.estimate-bar').count(), 8);
      assert.match(await table.innerText(), /percentile:99\.99[\s\S]*−6\.5 … 7\.75/);
      await page.getByRole('button', { name: 'logits <b>' }).click();
      await page.getByText('1 of 2 tensors are shown').waitFor();
      assert.deepEqual(await axeViolations(page), []);
    }));
});

describe('causes', () => {
  test('tell where a loss comes from and what repairs it', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/causes');
      const sources = page.getByRole('region', { name: 'Loss by source' });
      assert.match(await sources.innerText(), /weights\s+\+8\.09[\s\S]*total\s+14\.71/);
      assert.equal(await sources.locator('.fall-bar.interaction').count(), 1);
      const costs = page.getByRole('region', { name: 'Loss by operator' });
      assert.equal(await costs.locator('tbody tr').count(), 12);
      await page.getByRole('button', { name: 'Show all 14 operators' }).click();
      assert.equal(await costs.locator('tbody tr').count(), 14);
      const flips = page.getByRole('region', { name: 'Flipped samples and what turns them back' });
      assert.equal(await flips.locator('tbody tr').count(), 10);
      assert.match(await flips.innerText(), /851\s+3\s+3\s+6\s+0\.92\s+no single one/);
      const blocks = page.getByRole('region', { name: 'Loss by block' });
      assert.match(await blocks.innerText(), /residual\/add\s+4/);
      const chosen = page.getByRole('region', { name: 'What was tried' }).locator('tr.chosen');
      assert.match(await chosen.innerText(), /keep-1-int16x8[\s\S]*98\.89 %/);
      assert.equal(await page.locator('.frontier circle').count(), 4); // two lie on one spot
      await costs.getByRole('link', { name: 'block2/depthwise' }).click();
      await page.waitForURL(/layers.*block2/);
    }));
});

describe('history', () => {
  const open = (page, ...files) => page.locator('input[type=file]').setInputFiles(files);
  const run = (name, change) => {
    const report = sampleDocument();
    change(report);
    return { name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(report)) };
  };
  const older = run('older.json', (report) => {
    report.environment.started_utc = '2023-01-01T00:00:00Z';
    report.variants[0].accuracy.top1 = 0.97;
    report.variants[0].model.size_bytes *= 2;
    report.variants[0].tensors[3].sqnr_db -= 20;
  });

  test('compares any two reports', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/history');
      await open(page, older);
      const row = page.getByRole('row', { name: /^int8 97\.00 %/ });
      assert.match(await row.innerText(), /97\.00 % → 99\.00 %\s+\+2\.00[\s\S]*−50\.00 %/);
      const layers = await page
        .getByRole('region', { name: 'Layers that changed most' })
        .innerText();
      assert.match(layers, /pool1\/MaxPool[\s\S]*\+20\.0/);
      await page.getByRole('combobox', { name: 'From' }).selectOption('2');
      await page.getByRole('combobox', { name: 'To' }).selectOption('1');
      await page.getByRole('row', { name: /^int8 99\.00 % → 97\.00 %/ }).waitFor();
      for (const name of ['Size', 'Worst layer']) await page.getByRole('radio', { name }).check();
      assert.equal(await page.locator('.trend .series').count(), 5);
      assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('button', { name: 'Remove run 1' }).click();
      await page.getByText('With a second report').waitFor();
    }));

  test('takes files dropped on any view, and pages as well', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/causes');
      await page.evaluate((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'dropped.json'));
        const init = { dataTransfer: data, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new DragEvent('drop', init));
      }, older.buffer.toString());
      await page.getByText('dropped.json').first().waitFor();
      await open(page, fileURLToPath(address.hostile));
      await page.getByText('did not use the same samples').waitFor();
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
    }));

  test('says what is wrong with a file', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/history');
      const file = (name, text) => ({ name, mimeType: '', buffer: Buffer.from(text) });
      await open(
        page,
        file('a.json', 'nonsense'),
        file('b.json', '{"schema_version": 99}'),
        file('c.json', '[1]'),
        file('d.json', '{"schema_version": 1, "variants": [3, null, {"tensors": [7]}]}'),
      );
      await page.getByText('a.json is neither').waitFor();
      await page.getByText('b.json has schema version 99').waitFor();
      await page.getByText('c.json is JSON, but no report').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Remove run 2' }).count(), 1);
    }));
});
