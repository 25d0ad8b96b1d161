import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  centreOn,
  columnsPerBand,
  draw,
  findNodes,
  fit,
  linksOf,
  NODE,
  nodesOf,
  zoomAt,
} from 'viewer/graph';
import { HEAT_STEPS, heatOf, LAYER_METRICS, layerMetric } from 'viewer/layers';

const op = (index, inputs, outputs, type = 'CONV_2D') => ({ index, type, inputs, outputs });
const row = (tensor_index, op_index) => ({
  tensor: `t${tensor_index}`,
  tensor_index,
  op_index,
  dtype: 'int8',
});
const variant = (inputs, ops, tensors = []) => ({
  name: 'v',
  tensors,
  graph: { inputs, outputs: [], ops },
});
// 0 -> a -> b -> c, and 0 -> c past a and b.
const skip = variant(
  [0],
  [op(0, [0], [1]), op(1, [1], [2]), op(2, [2, 0], [3], 'ADD')],
  [row(0, -1), row(1, 0), row(3, 2)],
);

test('nodes are the inputs and the operators, with what was measured of them', () => {
  assert.deepEqual(
    nodesOf(skip).map((node) => [node.op, node.type, node.name, node.row !== undefined]),
    [
      [-1, 'INPUT', 't0', true],
      [0, 'CONV_2D', 't1', true],
      [1, 'CONV_2D', 'tensor 2', false],
      [2, 'ADD', 't3', true],
    ],
  );
});

test('an edge leads from the writer of a tensor to its reader, and never back', () => {
  assert.deepEqual(
    linksOf(skip).map(({ from, to }) => `${from}-${to}`),
    ['0-1', '1-2', '2-3', '0-3'],
  );
  const nonsense = variant([0, -7], [op(0, [0, 5, -3, 1], [1]), op(1, [1, 1, 2], [2, 1])]);
  assert.deepEqual(
    linksOf(nonsense).map(({ from, to }) => `${from}-${to}`),
    ['0-2', '2-3'],
  );
});

test('depth is the longest way from an input', () => {
  assert.deepEqual(
    draw(skip, 2).nodes.map((node) => node.depth),
    [0, 1, 2, 3],
  );
});

function overlaps(nodes) {
  const pairs = nodes.flatMap((a, i) => nodes.slice(i + 1).map((b) => [a, b]));
  return pairs.filter(
    ([a, b]) => Math.abs(a.x - b.x) < NODE.width && Math.abs(a.y - b.y) < NODE.height,
  );
}

// The same numbers on every run: a linear congruential generator.
function random(seed) {
  let state = seed;
  return (n) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.floor((state / 4294967296) * n);
  };
}

test('no two nodes overlap and all lie inside, in any graph and window', () => {
  for (let seed = 1; seed <= 40; ++seed) {
    const below = random(seed);
    const ops = Array.from({ length: 1 + below(60) }, (_, i) =>
      op(i, [below(i + 1), below(i + 1)], [i + 1]),
    );
    for (const aspect of [0.5, 2.2]) {
      const drawing = draw(variant([0], ops), aspect);
      assert.deepEqual(overlaps(drawing.nodes), [], `seed ${seed}`);
      for (const node of drawing.nodes) {
        assert.ok(node.x >= 0 && node.x + NODE.width <= drawing.width, `seed ${seed}`);
        assert.ok(node.y >= 0 && node.y + NODE.height <= drawing.height, `seed ${seed}`);
      }
      assert.ok(
        drawing.edges.every((edge) => /^M[-\d. CHV]+$/.test(edge.path)),
        `seed ${seed}`,
      );
    }
  }
});

test('the drawing is the same every time', () => {
  assert.deepEqual(draw(skip, 2), draw(skip, 2));
});

test('a graph without operators is empty', () => {
  const drawing = draw(variant([], []), 2);
  assert.deepEqual(drawing.nodes, []);
  assert.ok(Number.isFinite(drawing.width) && Number.isFinite(drawing.height));
});

test('a long chain is drawn in time and fills the window', () => {
  const chain = Array.from({ length: 5000 }, (_, i) => op(i, [i], [i + 1]));
  const started = Date.now();
  const { width, height } = draw(variant([0], chain), 2);
  assert.ok(Date.now() - started < 1000);
  assert.ok(width / height > 1 && width / height < 4, `${width} by ${height}`);
  assert.equal(columnsPerBand([60, 60, 60], 100), 3);
});

test('zooming keeps the point under the mouse', () => {
  const before = { x: 10, y: 20, zoom: 0.5 };
  const after = zoomAt(before, 1.5, 200, 100);
  for (const [axis, pixel] of [
    ['x', 200],
    ['y', 100],
  ]) {
    const [a, b] = [before, after].map((window) => window[axis] + pixel / window.zoom);
    assert.ok(Math.abs(a - b) < 1e-9);
  }
  assert.ok(zoomAt(before, 1e9, 0, 0).zoom <= 2.5);
});

test('all of it fits, in the middle, and what is chosen stands in the middle', () => {
  const drawing = draw(skip, 2);
  const window = fit(drawing, 400, 300);
  assert.ok(window.x <= 0 && window.y <= 0);
  assert.ok(window.x + 400 / window.zoom >= drawing.width);
  const node = drawing.nodes[2];
  const { x, zoom } = centreOn(node, 2, 400, 300);
  assert.equal(x + 200 / zoom, node.x + NODE.width / 2);
});

test('operators are found by name and type', () => {
  const { nodes } = draw(skip, 2);
  assert.deepEqual(
    findNodes(nodes, 'add').map((node) => node.id),
    [3],
  );
  assert.deepEqual(findNodes(nodes, ''), []);
  assert.deepEqual(findNodes(nodes, 'conv t1').length, 1);
});

test('colours go from good to bad and end there', () => {
  for (const metric of LAYER_METRICS) {
    assert.equal(heatOf(metric, metric.heat.good), 0, metric.id);
    assert.equal(heatOf(metric, metric.heat.bad), HEAT_STEPS, metric.id);
    for (const none of [null, NaN, undefined]) assert.equal(heatOf(metric, none), null);
  }
  assert.equal(heatOf(layerMetric('sqnr'), 150), 0);
  assert.equal(heatOf(layerMetric('sqnr'), -30), HEAT_STEPS);
  assert.equal(heatOf(layerMetric('clipped'), 0), 0);
});
