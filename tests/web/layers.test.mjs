// The layers and the graph in a real browser. Run by ctest as web.layers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { axeViolations, browserSuite, heading, visit } from './pages.mjs';

const { address, withPage } = browserSuite('sample', 'large');

const columnOf = (page, n) =>
  page.locator(`table.layers tbody tr > :nth-child(${n})`).allTextContents();

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

describe('a tensor', () => {
  test('is drawn in float and quantized, with its range and what is clipped', () =>
    withPage({ width: 1440 }, async (page) => {
      await visit(
        page,
        address.sample,
        '#/layers?variant=uint8-dummy-ranges&tensor=conv1%2FBiasAdd',
      );
      const picture = page.locator('.histogram');
      await picture.locator('path.hist-quantized').waitFor();
      assert.equal(await picture.locator('path.lost').count(), 1);
      assert.equal(await picture.locator('.hist-edges line').count(), 2);
      assert.match(
        await picture.locator('svg').getAttribute('aria-label'),
        /float −3\.81 … 4\.22, codes express 0 … 6/,
      );
      const before = await picture.locator('path.hist-float').getAttribute('d');
      await picture.getByRole('checkbox', { name: 'Logarithmic' }).uncheck();
      assert.notEqual(await picture.locator('path.hist-float').getAttribute('d'), before);
      assert.equal(await page.locator('.channels').count(), 2);
      assert.equal(await page.locator('.channels').first().locator('.channel').count(), 16);
      assert.deepEqual(await axeViolations(page), []);
    }));

  test('whose weights have a scale a channel shows them', () =>
    withPage({ width: 1440 }, async (page) => {
      await visit(page, address.sample, '#/layers?variant=int8&tensor=conv1%2FBiasAdd');
      await page.getByText('Each has a scale of its own').waitFor();
      assert.equal(await page.locator('.channel-scale').count(), 16);
      assert.equal(await page.locator('.histogram path.lost').count(), 0);
      await visit(page, address.sample, '#/layers?variant=int8&tensor=input');
      await heading(page, 'input').waitFor();
      assert.equal(await page.locator('.channels').count(), 0);
    }));
});

describe('the graph', () => {
  test('is coloured by what operators cost where that was measured', () =>
    withPage({}, async (page) => {
      await visit(page, address.sample, '#/layers?variant=uint8-dummy-ranges');
      await page.getByRole('radio', { name: 'Sensitivity' }).check();
      assert.equal(await page.locator('.node.heat8').count(), 2); // the depthwise layers
      await page.getByRole('radio', { name: 'Isolated' }).check();
      assert.equal(await page.locator('.node.unknown').count(), 1); // the input is no operator
    }));

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

  test('keeps what is clicked in sight, and where the reader looks', () =>
    withPage({ width: 1440 }, async (page) => {
      await visit(page, address.large, '#/layers');
      const frame = await graph(page).boundingBox();
      await graph(page).focus();
      await page.mouse.move(frame.x + frame.width - 150, frame.y + 200);
      for (let i = 0; i < 12; ++i) await page.mouse.wheel(0, -120);
      await page.waitForFunction(() => !document.querySelector('.graph .far'));
      const zoom = () =>
        page.locator('.graph svg').evaluate((svg) => svg.clientHeight / svg.viewBox.baseVal.height);
      const before = await zoom();
      // The one at the right edge of what is seen.
      const at = await page.evaluate(({ x, y, width, height }) => {
        const boxes = [...document.querySelectorAll('.node')].map((n) => n.getBoundingClientRect());
        const inside = boxes.filter(
          (b) => b.left > x && b.right < x + width && b.top > y && b.bottom < y + height,
        );
        const last = inside.sort((a, b) => b.right - a.right)[0];
        return { x: last.left + 5, y: last.top + 5 };
      }, frame);
      await page.mouse.click(at.x, at.y);
      const chosen = page.locator('.node.chosen');
      await chosen.waitFor();
      const [node, now] = [await chosen.boundingBox(), await graph(page).boundingBox()];
      assert.ok(now.width < frame.width); // the details stand beside it
      assert.ok(node.x >= now.x && node.x + node.width <= now.x + now.width);
      assert.ok(Math.abs((await zoom()) / before - 1) < 0.01);
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
