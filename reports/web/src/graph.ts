// A variant's operators as a drawing: nodes by depth, from left to right, wrapped into rows as text
// is. Pure functions; the same report gives the same drawing.
import type { TensorError, VariantResult } from './types';

export const NODE = { width: 174, height: 46 };
export const GAP = { x: 36, y: 16, band: 42 };
const LANE = 14; // height of an edge that passes under nodes

export interface GraphNode {
  id: number; // position among the nodes
  op: number; // index of the operator, -1 for a graph input
  type: string;
  name: string; // of its first output
  row: TensorError | undefined; // absent where nothing was compared
  depth: number;
  x: number;
  y: number;
}

export interface GraphEdge {
  from: number;
  to: number;
  path: string; // of SVG
}

export interface Drawing {
  nodes: GraphNode[];
  edges: GraphEdge[];
  width: number;
  height: number;
}

interface Link {
  from: number;
  to: number;
}

// The nodes without places: the graph's inputs, then its operators as they run.
export function nodesOf(variant: VariantResult): GraphNode[] {
  const byTensor = new Map(variant.tensors.map((row) => [row.tensor_index, row]));
  const byOp = new Map<number, TensorError>();
  for (const row of variant.tensors) if (!byOp.has(row.op_index)) byOp.set(row.op_index, row);
  const place = { depth: 0, x: 0, y: 0 };
  const inputs = variant.graph.inputs.map((tensor) => {
    const row = byTensor.get(tensor);
    return { op: -1, type: 'INPUT', name: row?.tensor ?? `tensor ${tensor}`, row };
  });
  const ops = variant.graph.ops.map((op) => {
    const output = op.outputs[0];
    const row = (output === undefined ? undefined : byTensor.get(output)) ?? byOp.get(op.index);
    return { op: op.index, type: op.type, name: row?.tensor ?? `tensor ${output ?? '?'}`, row };
  });
  return [...inputs, ...ops].map((node, id) => ({ ...node, ...place, id }));
}

// From the first writer of a tensor to its readers. Only forward: whatever a report says, the
// result has no cycle.
export function linksOf(variant: VariantResult): Link[] {
  const { inputs, ops } = variant.graph;
  const writer = new Map<number, number>();
  const write = (tensor: number, node: number) => {
    if (!writer.has(tensor)) writer.set(tensor, node);
  };
  inputs.forEach(write);
  ops.forEach((op, i) => op.outputs.forEach((tensor) => write(tensor, inputs.length + i)));
  const links: Link[] = [];
  ops.forEach((op, i) => {
    const to = inputs.length + i;
    const sources = new Set(op.inputs.map((tensor) => writer.get(tensor)));
    for (const from of sources) if (from !== undefined && from < to) links.push({ from, to });
  });
  return links;
}

function setDepths(nodes: GraphNode[], links: Link[]): number {
  // Links come in the order of their targets, so one pass is enough.
  for (const { from, to } of links) {
    const [source, target] = [nodes[from], nodes[to]];
    if (source && target) target.depth = Math.max(target.depth, source.depth + 1);
  }
  return nodes.reduce((most, node) => Math.max(most, node.depth + 1), 0);
}

// What stands in a column: nodes, and under them the lanes of links that pass by.
interface Column {
  nodes: GraphNode[];
  lanes: number[]; // link indices
}

function columnsOf(nodes: GraphNode[], links: Link[], depths: number): Column[] {
  const columns: Column[] = Array.from({ length: depths }, () => ({ nodes: [], lanes: [] }));
  for (const node of nodes) columns[node.depth]?.nodes.push(node);
  links.forEach(({ from, to }, i) => {
    const [a, b] = [nodes[from], nodes[to]];
    if (!a || !b) return;
    for (let depth = a.depth + 1; depth < b.depth; ++depth) columns[depth]?.lanes.push(i);
  });
  return columns;
}

// Nodes stand near what they read: by the mean position of their sources.
function orderColumns(columns: Column[], links: Link[]): void {
  const sources = new Map<number, number[]>();
  for (const { from, to } of links) {
    const known = sources.get(to);
    if (known) known.push(from);
    else sources.set(to, [from]);
  }
  const position = new Map<number, number>();
  for (const column of columns) {
    const mean = new Map(
      column.nodes.map((node) => {
        const from = (sources.get(node.id) ?? []).map((id) => position.get(id) ?? 0);
        const sum = from.reduce((total, value) => total + value, 0);
        return [node.id, from.length ? sum / from.length : node.id];
      }),
    );
    column.nodes.sort((a, b) => (mean.get(a.id) ?? 0) - (mean.get(b.id) ?? 0) || a.id - b.id);
    column.nodes.forEach((node, i) => position.set(node.id, i));
  }
}

const columnHeight = (column: Column): number =>
  column.nodes.length * (NODE.height + GAP.y) + column.lanes.length * LANE;

function sizeOf(heights: number[], perBand: number): { width: number; height: number } {
  let height = 0;
  for (let start = 0; start < heights.length; start += perBand) {
    height += Math.max(...heights.slice(start, start + perBand)) + GAP.band;
  }
  return { width: Math.min(perBand, heights.length) * (NODE.width + GAP.x) + GAP.x, height };
}

// How many columns a row has, so that the whole fills a window of this shape best.
export function columnsPerBand(heights: number[], aspect: number): number {
  let best = 1;
  let bestScale = 0;
  // Coarser steps for larger numbers: a tenth more or less is not seen.
  for (let n = 1; n <= heights.length; n += Math.max(1, Math.floor(n / 16))) {
    const { width, height } = sizeOf(heights, n);
    const scale = Math.min(aspect / width, 1 / height);
    if (scale > bestScale * 1.0001) [best, bestScale] = [n, scale];
  }
  return best;
}

interface Point {
  x: number;
  y: number;
  band: number;
}

// From the right side of a column to the left side of the next, which may begin a new row.
function step(from: Point, to: Point, turn: number, gap: number): string {
  if (from.band === to.band) {
    const middle = (from.x + to.x) / 2;
    return `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
  }
  const side = 8 + (turn % 4) * 4;
  return `H${from.x + side}V${gap + (turn % 4) * 4}H${to.x - side}V${to.y}H${to.x}`;
}

interface Places {
  band: (depth: number) => number;
  x: (depth: number) => number;
  lane: (depth: number, link: number) => number;
  gapAbove: (band: number) => number;
}

function pathOf(link: Link, index: number, nodes: GraphNode[], places: Places): string {
  const [a, b] = [nodes[link.from], nodes[link.to]];
  if (!a || !b) return '';
  const middle = NODE.height / 2;
  let at: Point = { x: a.x + NODE.width, y: a.y + middle, band: places.band(a.depth) };
  let path = `M${at.x} ${at.y}`;
  for (let depth = a.depth + 1; depth <= b.depth; ++depth) {
    const last = depth === b.depth;
    const x = places.x(depth);
    const to = { x, y: last ? b.y + middle : places.lane(depth, index), band: places.band(depth) };
    path += step(at, to, index, places.gapAbove(to.band));
    if (!last) path += `H${x + NODE.width}`;
    at = { ...to, x: x + NODE.width };
  }
  return path;
}

// `aspect`: width by height of the window it is shown in.
export function draw(variant: VariantResult, aspect: number): Drawing {
  const nodes = nodesOf(variant);
  const links = linksOf(variant);
  const columns = columnsOf(nodes, links, setDepths(nodes, links));
  orderColumns(columns, links);
  const heights = columns.map(columnHeight);
  const perBand = columnsPerBand(heights, aspect);
  const tops: number[] = [];
  let height = 0;
  for (let start = 0; start < columns.length; start += perBand) {
    tops.push(height + GAP.band);
    height += Math.max(...heights.slice(start, start + perBand)) + GAP.band;
  }
  const band = (depth: number) => Math.floor(depth / perBand);
  const top = (depth: number) => tops[band(depth)] ?? 0;
  const x = (depth: number) => GAP.x + (depth % perBand) * (NODE.width + GAP.x);
  const lanes = columns.map((column) => new Map(column.lanes.map((link, i) => [link, i] as const)));
  columns.forEach((column, depth) =>
    column.nodes.forEach((node, i) => {
      node.x = x(depth);
      node.y = top(depth) + i * (NODE.height + GAP.y);
    }),
  );
  const places: Places = {
    band,
    x,
    lane: (depth, link) =>
      top(depth) +
      (columns[depth]?.nodes.length ?? 0) * (NODE.height + GAP.y) +
      ((lanes[depth]?.get(link) ?? 0) + 0.5) * LANE -
      GAP.y / 2,
    gapAbove: (to) => (tops[to] ?? 0) - GAP.band + 12,
  };
  const edges = links.map((link, i) => ({ ...link, path: pathOf(link, i, nodes, places) }));
  return {
    nodes,
    edges,
    width: Math.min(perBand, Math.max(1, columns.length)) * (NODE.width + GAP.x) + GAP.x,
    height: height + GAP.band,
  };
}

// Part of the drawing that is seen, in its units.
export interface Window {
  x: number;
  y: number;
  zoom: number; // pixels a unit
}

const LARGEST_ZOOM = 2.5;
const SMALLEST_ZOOM = 0.02;

export const clampZoom = (zoom: number): number =>
  Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, zoom));

// All of it, in the middle, and not larger than its natural size.
export function fit(drawing: Drawing, width: number, height: number): Window {
  const zoom = clampZoom(Math.min(width / drawing.width, height / drawing.height, 1));
  return {
    x: (drawing.width - width / zoom) / 2,
    y: (drawing.height - height / zoom) / 2,
    zoom,
  };
}

// Zooms so that the point under (px, py), in pixels, stays where it is.
export function zoomAt(window: Window, factor: number, px: number, py: number): Window {
  const zoom = clampZoom(window.zoom * factor);
  return {
    x: window.x + px / window.zoom - px / zoom,
    y: window.y + py / window.zoom - py / zoom,
    zoom,
  };
}

export function centreOn(node: GraphNode, zoom: number, width: number, height: number): Window {
  return {
    x: node.x + NODE.width / 2 - width / zoom / 2,
    y: node.y + NODE.height / 2 - height / zoom / 2,
    zoom,
  };
}

// Nodes that have every word of the query in name or type; none for an empty query.
export function findNodes(nodes: GraphNode[], query: string): GraphNode[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return nodes.filter((node) => {
    const text = `${node.name} ${node.type} ${node.row?.dtype ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
