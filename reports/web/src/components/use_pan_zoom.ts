// Looking around in a drawing with mouse, fingers and keys.
import { useEffect, useRef, useState } from 'preact/hooks';
import { fit, zoomAt, type Drawing, type Window } from '../graph';

const KEY_ZOOM = 1.25;
const KEY_PAN = 60; // pixels
const CLICK_SLACK = 5; // pixels a click may move

interface Size {
  width: number;
  height: number;
}

export function usePanZoom(drawing: Drawing, { width, height }: Size) {
  const [moved, setMoved] = useState<Window | null>(null); // null: all of it is shown
  const window = moved ?? fit(drawing, width, height);
  const latest = useRef(window);
  latest.current = window;
  const set = (next: Window) => {
    latest.current = next;
    setMoved(next);
  };
  useEffect(() => setMoved(null), [drawing]);

  const pan = (dx: number, dy: number) => {
    const { x, y, zoom } = latest.current;
    set({ x: x - dx / zoom, y: y - dy / zoom, zoom });
  };
  const zoom = (factor: number, px = width / 2, py = height / 2) =>
    set(zoomAt(latest.current, factor, px, py));

  // Pointers that are down, by id, where they were last.
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const travelled = useRef(0);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (pointers.current.size === 0) travelled.current = 0;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const element = event.currentTarget as HTMLElement;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    const dx = event.clientX - before.x;
    const dy = event.clientY - before.y;
    travelled.current += Math.abs(dx) + Math.abs(dy);
    // Only once it is a drag: a captured pointer's click would go to the frame, not to the node.
    if (travelled.current > CLICK_SLACK) element.setPointerCapture(event.pointerId);
    if (other) {
      const box = element.getBoundingClientRect();
      const distance = (p: { x: number; y: number }) => Math.hypot(p.x - other.x, p.y - other.y);
      const now = { x: event.clientX, y: event.clientY };
      zoom(
        distance(now) / Math.max(1, distance(before)),
        (now.x + other.x) / 2 - box.left,
        (now.y + other.y) / 2 - box.top,
      );
    } else {
      pan(dx, dy);
    }
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onPointerUp = (event: PointerEvent) => pointers.current.delete(event.pointerId);

  const onKey = (key: string): boolean => {
    const moves: Record<string, () => void> = {
      ArrowLeft: () => pan(KEY_PAN, 0),
      ArrowRight: () => pan(-KEY_PAN, 0),
      ArrowUp: () => pan(0, KEY_PAN),
      ArrowDown: () => pan(0, -KEY_PAN),
      '+': () => zoom(KEY_ZOOM),
      '=': () => zoom(KEY_ZOOM),
      '-': () => zoom(1 / KEY_ZOOM),
      '0': () => setMoved(null),
    };
    moves[key]?.();
    return key in moves;
  };

  // Not passive: the page must not scroll while the graph zooms. A wheel over a graph that was not
  // clicked into scrolls the page.
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const inside = document.activeElement === element || event.ctrlKey || event.metaKey;
      if (!inside) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const lines = event.deltaMode === 1 ? 16 : 1;
      const factor = Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) / 400);
      set(zoomAt(latest.current, factor, event.clientX - box.left, event.clientY - box.top));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  return {
    window,
    set,
    zoomIn: () => zoom(KEY_ZOOM),
    zoomOut: () => zoom(1 / KEY_ZOOM),
    all: () => setMoved(null),
    onKey,
    frame,
    wasDrag: () => travelled.current > CLICK_SLACK,
    pointerHandlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: onPointerUp,
    },
  };
}
