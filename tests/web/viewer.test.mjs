// The HTML reports in a real browser. Run by ctest as web.viewer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  axeViolations,
  launch,
  openPage,
  overflow,
  sampleDocument,
  visit,
  writeReport,
} from './pages.mjs';

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

let browser;
const address = {};
before(async () => {
  for (const which of ['sample', 'hostile', 'large']) address[which] = writeReport(which, 'html');
  address.plain = writeReport('sample', 'html-plain');
  address.hostilePlain = writeReport('hostile', 'html-plain');
  browser = await launch();
});
after(() => browser?.close());

// Runs `body` with a fresh page and asserts that nothing happened that must not.
async function withPage(options, body) {
  const { page, troubles } = await openPage(browser, options);
  try {
    await body(page);
    assert.deepEqual(await troubles(), []);
  } finally {
    await page.close();
  }
}

const heading = (page, name) => page.getByRole('heading', { name, exact: true });
const columnOf = (page, n) =>
  page.locator(`table.layers tbody tr > :nth-child(${n})`).allTextContents();

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

describe('layers', () => {
  test('are sorted by a click on a column', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers?variant=uint8-dummy-ranges');
      const sort = page.getByRole('button', { name: 'SQNR dB' });
      const numbers = async () =>
        (await columnOf(page, 4)).map((text) => Number(text.replace('−', '-')));
      for (const [order, compare] of [
        ['ascending', (a, b) => a - b],
        ['descending', (a, b) => b - a],
      ]) {
        await sort.click();
        await page.locator(`th[aria-sort=${order}]`).waitFor();
        const column = await numbers();
        assert.equal(column.length, 15);
        assert.deepEqual(column, [...column].sort(compare));
      }
      assert.match(page.url(), /sort=-sqnr/);
    }));

  test('are filtered by words', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      const filter = page.getByRole('searchbox', { name: 'Filter the tensors' });
      await filter.pressSequentially('dense');
      assert.deepEqual(await columnOf(page, 2), ['dense1/Relu', 'dense2/BiasAdd']);
      await filter.fill('no such layer');
      await page.getByText('No tensor fits.').waitFor();
      await filter.fill('');
      assert.equal((await columnOf(page, 2)).length, 15);
    }));

  test('are linked to, with metric and tensor', () =>
    withPage({}, async (page) => {
      const link =
        '#/layers?variant=uint8-dummy-ranges&tensor=dense1%2FRelu&metric=cosine&q=dense&sort=-max';
      await visit(page, address.sample, link);
      await heading(page, 'dense1/Relu').waitFor();
      assert.ok(await page.getByRole('radio', { name: 'Cosine' }).isChecked());
      assert.deepEqual(await columnOf(page, 2), ['dense2/BiasAdd', 'dense1/Relu']);
      assert.match(await page.locator('.details').innerText(), /0 … 14\.7[\s\S]*0 … 6/);
      assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('button', { name: 'Close the details' }).click();
      await heading(page, 'dense1/Relu').waitFor({ state: 'detached' });
    }));

  test('are chosen with the keyboard in the chart', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      const chart = page.getByRole('slider');
      await chart.focus();
      await chart.press('End');
      await heading(page, 'softmax/Softmax').waitFor();
      await chart.press('ArrowLeft');
      await heading(page, 'dense2/BiasAdd').waitFor();
      assert.match(await chart.getAttribute('aria-valuetext'), /^dense2\/BiasAdd: int8 .* dB/);
    }));

  test('are drawn for the chosen variants', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      assert.equal(await page.locator('.series').count(), 5);
      await page.getByRole('checkbox', { name: 'uint8-dummy-ranges' }).uncheck();
      assert.equal(await page.locator('.series').count(), 4);
      for (const name of [
        'int8',
        'int8-per-tensor',
        'uint8-calibrated',
        'uint8-input-not-quantized',
      ]) {
        await page.getByRole('checkbox', { name, exact: true }).uncheck();
      }
      await page.getByText('No variant is chosen.').waitFor();
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

describe('the graph', () => {
  const box = (page) => page.locator('.graph svg').getAttribute('viewBox');
  const graph = (page) => page.getByRole('application');

  test('has a node for every operator and an edge for every tensor between them', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      assert.equal(await page.locator('.node').count(), 15);
      // A chain of 15, and one connection around a block.
      assert.equal(await page.locator('.edges path').count(), 15);
    }));

  test('is coloured by the metric', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers?variant=uint8-input-not-quantized');
      assert.ok((await page.locator('.node.heat8').count()) > 5);
      await page.getByRole('radio', { name: 'Oracle' }).check();
      // Measured at one tensor of the sample alone.
      assert.equal(await page.locator('.node.unknown').count(), 14);
      await visit(page, address.sample, '#/layers?variant=int8');
      assert.equal(await page.locator('.node.heat8').count(), 0);
    }));

  test('zooms and moves with buttons, keys, wheel and mouse', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      const all = await box(page);
      const changes = async (act) => {
        const before = await box(page);
        await act();
        assert.notEqual(await box(page), before);
      };
      await changes(() => page.getByRole('button', { name: 'Zoom in' }).click());
      await graph(page).focus();
      await changes(() => page.keyboard.press('ArrowRight'));
      await changes(() => page.keyboard.press('-'));
      const { x, y, width, height } = await graph(page).boundingBox();
      await page.mouse.move(x + width / 2, y + height / 2);
      await changes(() => page.mouse.wheel(0, -200));
      await changes(async () => {
        await page.mouse.down();
        await page.mouse.move(x + width / 2 + 80, y + height / 2 + 30, { steps: 4 });
        await page.mouse.up();
      });
      assert.doesNotMatch(page.url(), /tensor=/); // a drag chooses nothing
      await page.getByRole('button', { name: 'Show all' }).click();
      assert.equal(await box(page), all);
    }));

  test('leaves the wheel to the page until it is clicked into', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      const before = await box(page);
      await graph(page).hover();
      await page.mouse.wheel(0, 200);
      await page.waitForFunction(() => scrollY > 0);
      assert.equal(await box(page), before);
    }));

  test('leads to the row, by mouse, keys and link', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      await page.locator('.node').nth(4).click();
      await heading(page, 'block2/depthwise').waitFor();
      assert.equal(await page.locator('table.layers tr.chosen').count(), 1);
      await page.getByRole('button', { name: 'Show in the table' }).click();
      const row = await page.locator('table.layers tr.chosen').boundingBox();
      assert.ok(row.y > 0 && row.y < 900);
      await graph(page).focus();
      await page.keyboard.press('n');
      await heading(page, 'block2/pointwise/Relu6').waitFor();
      await page.keyboard.press('p');
      await heading(page, 'block2/depthwise').waitFor();
      await page.keyboard.press('Escape');
      await heading(page, 'block2/depthwise').waitFor({ state: 'detached' });
      await visit(page, address.large, '#/layers?tensor=stage500%2Fblock2%2Fpointwise%2FRelu6');
      const chosen = page.locator('.node.chosen');
      await chosen.waitFor();
      assert.match(await chosen.locator('title').textContent(), /stage500/);
      const [node, frame] = [await chosen.boundingBox(), await graph(page).boundingBox()];
      assert.ok(node.x > frame.x && node.x + node.width < frame.x + frame.width);
      assert.ok(node.y > frame.y && node.y + node.height < frame.y + frame.height);
    }));

  test('finds operators', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers');
      const find = page.getByRole('searchbox', { name: 'Find in the graph' });
      await find.fill('fully');
      assert.equal(await page.locator('.node.hit').count(), 2);
      const before = await box(page);
      await find.press('Enter');
      assert.notEqual(await box(page), before);
      await find.fill('no such layer');
      assert.ok(await page.getByRole('button', { name: 'None found' }).isDisabled());
    }));
});

describe('the baseline', () => {
  test('says what changed and what is no change', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample);
      const text = await page.locator('table.baseline').innerText();
      assert.match(text, /int8\s+Same model/);
      assert.match(text, /Not comparable: the baseline was recorded on another dataset/);
      assert.match(text, /−14\.71 points/);
      assert.match(text, /4\.0 KiB smaller/);
      await page.getByText('2 worse, 2 without a clear change, 1 not comparable.').waitFor();
    }));

  test('an undecided rule says how many samples would decide', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample);
      await page.getByText('About 2,400 samples would decide.').waitFor();
      await visit(page, address.sample, '#/causes');
      const row = page.getByRole('row', { name: /max_class_drop_points/ });
      assert.match(await row.innerText(), /95 %\s+0\.21\s+0\.64\s+2,400/);
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
    await visit(page, address.large);
    await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint').length > 0,
    );
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0].startTime,
    );
    assert.ok(paint < 1000, `first paint after ${paint} ms`);
    await visit(page, address.large, '#/layers');
    await page.getByRole('button', { name: 'Show all 1,000 tensors' }).waitFor();
    const started = Date.now();
    await page.getByRole('searchbox', { name: 'Filter the tensors' }).fill('stage99');
    await page.getByText('11 of 1,000 tensors').waitFor();
    await page.locator('nav a[href="#/samples"]').click();
    await page.getByRole('button', { name: 'Show 192 more' }).waitFor();
    assert.ok(Date.now() - started < 2000, `${Date.now() - started} ms`);
  }));

describe('the plain page', () => {
  for (const colorScheme of ['light', 'dark']) {
    test(`opens without a serious axe violation, ${colorScheme}`, () =>
      withPage({ colorScheme }, async (page) => {
        await visit(page, address.plain);
        await page.getByRole('heading', { level: 1, name: /2 of 5 variants failed/ }).waitFor();
        assert.deepEqual(await axeViolations(page), []);
      }));
  }

  test('shows hostile names as text', () =>
    withPage({ width: 390 }, async (page) => {
      await visit(page, address.hostilePlain);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.equal(await page.locator('script, img').count(), 0);
    }));
});
