// A piece of a variant's line, as the chart draws it.
export function Swatch() {
  return (
    <svg class="swatch" viewBox="0 0 22 6" width="22" height="6" aria-hidden="true">
      <line x1="0" x2="22" y1="3" y2="3" />
    </svg>
  );
}
