// Where the reader is, kept in location.hash so that every view can be linked to:
// "#/layers?variant=int8&metric=cosine".

export const VIEWS = [
  'summary',
  'layers',
  'causes',
  'samples',
  'calibration',
  'history',
  'reproduce',
] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  params: Record<string, string>;
}

export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const view = VIEWS.find((name) => name === path) ?? 'summary';
  return { view, params: Object.fromEntries(new URLSearchParams(query)) };
}

// Empty parameters are left out.
export function formatHash(view: View, params: Record<string, string | undefined> = {}): string {
  const kept = Object.entries(params).filter((entry): entry is [string, string] => !!entry[1]);
  const query = new URLSearchParams(kept).toString();
  return `#/${view}${query ? `?${query}` : ''}`;
}
