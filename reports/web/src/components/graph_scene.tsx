// The drawing itself: edges, then nodes on top of them. Drawn once for a variant and a metric.
import { NODE, type Drawing, type GraphNode } from '../graph';
import { heatOf, type LayerMetric } from '../layers';

const LONGEST_NAME = 20; // characters that fit a node
const LONGEST_TYPE = 15;

// The end of a name tells layers apart better than its beginning.
const nodeName = (name: string): string =>
  name.length > LONGEST_NAME ? `…${name.slice(1 - LONGEST_NAME)}` : name;

const nodeType = (type: string): string =>
  type.length > LONGEST_TYPE ? `${type.slice(0, LONGEST_TYPE - 1)}…` : type;

export const valueOf = (node: GraphNode, metric: LayerMetric): string =>
  node.row ? metric.text(metric.value(node.row)) : '';

function Node({ node, metric, state }: { node: GraphNode; metric: LayerMetric; state: string }) {
  const heat = node.row ? heatOf(metric, metric.value(node.row)) : null;
  const tone = heat === null ? 'unknown' : `heat${heat}`;
  const value = valueOf(node, metric).replace(/^–.*/, '');
  return (
    <g
      class={`node ${tone}${state}`}
      transform={`translate(${node.x} ${node.y})`}
      data-node={node.id}
    >
      <title>{`${node.name}\n${node.type}${value ? `, ${value}` : ''}`}</title>
      <rect width={NODE.width} height={NODE.height} rx="7" />
      <path d={`M7 0H5a5 5 0 0 0-5 5V${NODE.height - 5}a5 5 0 0 0 5 5h2z`} />
      <text class="node-name" x="14" y="19">
        {nodeName(node.name)}
      </text>
      <text x="14" y="36">
        {nodeType(node.type)}
      </text>
      <text class="node-value" x={NODE.width - 8} y="36" text-anchor="end">
        {value.replace(/ (steps|dB|points)$/, '')}
      </text>
    </g>
  );
}

export function GraphScene({
  drawing,
  metric,
  selected,
  hits,
}: {
  drawing: Drawing;
  metric: LayerMetric;
  selected: number;
  hits: Set<number>;
}) {
  return (
    <g class={hits.size > 0 ? 'searching' : undefined}>
      <g class="edges">
        {drawing.edges.map((edge, i) => (
          <path
            key={i}
            d={edge.path}
            class={edge.from === selected || edge.to === selected ? 'near' : undefined}
          />
        ))}
      </g>
      {drawing.nodes.map((node) => (
        <Node
          key={node.id}
          node={node}
          metric={metric}
          state={`${node.id === selected ? ' chosen' : ''}${hits.has(node.id) ? ' hit' : ''}`}
        />
      ))}
    </g>
  );
}
