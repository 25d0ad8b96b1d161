// The network of one variant, coloured by a metric.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_context';
import { plural } from '../format';
import { centreOn, draw, findNodes, NODE, type GraphNode } from '../graph';
import { HEAT_STEPS, type LayerMetric } from '../layers';
import type { TensorError, VariantResult } from '../types';
import { Empty } from './basics';
import { GraphScene, valueOf } from './graph_scene';
import { usePanZoom } from './use_pan_zoom';
import { useWidth } from './use_width';

const READABLE_ZOOM = 0.85;

function Legend({ metric }: { metric: LayerMetric }) {
  return (
    <p class="legend">
      <span>{metric.heat.goodText}</span>
      <span class="legend-steps" aria-hidden="true">
        {Array.from({ length: HEAT_STEPS + 1 }, (_, i) => (
          <i key={i} class={`heat${i}`} />
        ))}
      </span>
      <span>{metric.heat.badText}</span>
      <span class="legend-unknown">
        <i class="unknown" aria-hidden="true" /> no value
      </span>
    </p>
  );
}

function spoken(node: GraphNode | undefined, metric: LayerMetric): string {
  if (!node) return '';
  const value = valueOf(node, metric);
  return `${node.name}, ${node.type}${value && !value.startsWith('–') ? `, ${value}` : ''}`;
}

export function GraphView({
  variant,
  metric,
  selected,
  onSelect,
}: {
  variant: VariantResult;
  metric: LayerMetric;
  selected: TensorError | undefined;
  onSelect: (row: TensorError | undefined) => void;
}) {
  const { route, setParams } = useApp();
  const [ref, width] = useWidth<HTMLDivElement>(1000);
  // The window's shape decides the rows, not the card's, which narrows beside the details: what was
  // clicked must not go elsewhere.
  const narrow = globalThis.innerWidth < 700;
  const aspect = narrow ? 0.6 : globalThis.innerWidth < 1500 ? 2.2 : 3.2;
  const drawing = useMemo(() => draw(variant, aspect), [variant, aspect]);
  const natural = drawing.height * Math.min(1, width / drawing.width);
  const height = Math.round(Math.min(narrow ? 560 : 440, Math.max(180, natural)));
  const view = usePanZoom(drawing, { width, height });
  const query = route.params['q'] ?? '';
  const found = useMemo(() => findNodes(drawing.nodes, query), [drawing, query]);
  const hits = useMemo(() => new Set(found.map((node) => node.id)), [found]);
  const [next, setNext] = useState(0);
  const chosen = selected ? drawing.nodes.find((node) => node.row === selected) : undefined;
  const scene = useMemo(
    () => <GraphScene drawing={drawing} metric={metric} selected={chosen?.id ?? -1} hits={hits} />,
    [drawing, metric, chosen, hits],
  );

  const show = (node: GraphNode | undefined) => {
    if (!node) return;
    view.set(centreOn(node, Math.max(view.window.zoom, READABLE_ZOOM), width, height));
  };
  const isSeen = (node: GraphNode) => {
    const { x, y, zoom } = view.window;
    const inside = (at: number, size: number, from: number, extent: number) =>
      at >= from && at + size <= from + extent / zoom;
    return inside(node.x, NODE.width, x, width) && inside(node.y, NODE.height, y, height);
  };
  // What is chosen elsewhere, in the table, the chart or a link, is brought into view.
  const shown = useRef<GraphNode | null>(null);
  useEffect(() => {
    if (!chosen) return;
    const isNew = shown.current !== chosen;
    shown.current = chosen;
    const readable = view.window.zoom >= 0.4;
    if (isNew && (!isSeen(chosen) || !readable)) show(chosen);
  }, [chosen]);
  // The details open beside the graph, and may leave what was clicked outside.
  useEffect(() => {
    if (chosen && !isSeen(chosen)) show(chosen);
  }, [width]);

  const choose = (node: GraphNode | undefined) => {
    if (!node) return;
    shown.current = node; // it was clicked: it stays where it is
    if (node.row) onSelect(node.row);
  };
  const chooseBeside = (by: number) => {
    const known = drawing.nodes.filter((node) => node.row);
    const at = chosen ? known.indexOf(chosen) : by > 0 ? -1 : known.length;
    const node = known[Math.min(known.length - 1, Math.max(0, at + by))];
    if (!node) return;
    show(node);
    choose(node);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (event.key === 'n' || event.key === 'p') chooseBeside(event.key === 'n' ? 1 : -1);
    else if (event.key === 'Escape' && selected) onSelect(undefined);
    else if (!view.onKey(event.key)) return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    if (view.wasDrag()) return;
    const id = (event.target as Element).closest('[data-node]')?.getAttribute('data-node');
    if (id !== null && id !== undefined) choose(drawing.nodes[Number(id)]);
  };
  const onFind = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || found.length === 0) return;
    event.preventDefault();
    show(found[next % found.length]);
    setNext(next + 1);
  };

  if (drawing.nodes.length === 0) return <Empty>The report has no graph of this variant.</Empty>;
  const { x, y, zoom } = view.window;
  return (
    <div class="card graph-card">
      <div class="graph-bar">
        <input
          type="search"
          value={query}
          placeholder="Find an operator"
          aria-label="Find in the graph"
          onInput={(event) => {
            setNext(0);
            setParams({ q: event.currentTarget.value });
          }}
          onKeyDown={onFind}
        />
        {query && (
          <button
            type="button"
            class="button small"
            disabled={found.length === 0}
            onClick={() => {
              show(found[next % found.length]);
              setNext(next + 1);
            }}
          >
            {found.length > 0 ? `Next of ${found.length}` : 'None found'}
          </button>
        )}
        <Legend metric={metric} />
        <span class="graph-buttons">
          <button type="button" class="button small" onClick={view.zoomOut} aria-label="Zoom out">
            −
          </button>
          <button type="button" class="button small" onClick={view.zoomIn} aria-label="Zoom in">
            +
          </button>
          <button type="button" class="button small" onClick={view.all}>
            Show all
          </button>
        </span>
      </div>
      <div ref={ref}>
        <div
          class="graph"
          ref={view.frame}
          tabIndex={0}
          role="application"
          aria-label={`Graph of ${variant.name}, ${plural(drawing.nodes.length, 'node')}. Arrow keys move, plus and minus zoom, 0 shows all, n and p choose the next and the previous operator. The table below has the same values.`}
          onKeyDown={onKeyDown}
          onClick={onClick}
          {...view.pointerHandlers}
        >
          <svg
            width={width}
            height={height}
            viewBox={`${x.toFixed(2)} ${y.toFixed(2)} ${(width / zoom).toFixed(2)} ${(height / zoom).toFixed(2)}`}
            class={zoom < 0.4 ? 'far' : undefined}
            aria-hidden="true"
          >
            {scene}
          </svg>
        </div>
      </div>
      <p class="hidden" role="status">
        {spoken(chosen, metric)}
      </p>
      <p class="soft graph-hint">
        Drag to move. Click into it, then the wheel zooms; so do + and −. n and p step through the
        operators.
      </p>
    </div>
  );
}
