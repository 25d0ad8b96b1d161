// Line icons on a 16 by 16 grid. They repeat what the text beside them says.
const PATHS = {
  pass: 'M3.5 8.5l3 3 6-7',
  fail: 'M4.5 4.5l7 7m0-7l-7 7',
  inconclusive: 'M5.7 6.2a2.3 2.3 0 1 1 3.4 2c-.8.4-1.1.8-1.1 1.7m0 2.3v.1',
  error: 'M8 4.2v4.6m0 2.7v.1M8 1.6l6.6 12H1.4z',
  warning: 'M8 4.2v4.6m0 2.7v.1M8 1.6l6.6 12H1.4z',
  note: 'M8 7.2v4.2m0-6.6v.1M14.4 8A6.4 6.4 0 1 1 1.6 8a6.4 6.4 0 0 1 12.8 0',
  copy: 'M5.5 5.5V3h7.5v7.5h-2.5M3 5.5h7.5V13H3z',
  auto: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M8 2v12M8 5h4.8M8 8h6M8 11h4.8',
  light:
    'M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13',
  dark: 'M13.5 9.5A6 6 0 1 1 6.5 2.5a4.8 4.8 0 0 0 7 7z',
  close: 'M4 4l8 8m0-8l-8 8',
  logo: 'M1.5 13.5h13M3 13.5V9h2.5v4.5M6.8 13.5v-7h2.4v7M10.5 13.5V2.5H13v11',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
