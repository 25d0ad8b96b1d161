import { render } from 'preact';
import { App } from './app';
import { parseClean } from './clean';
import { SCHEMA_VERSION } from './history';
import { applyTheme, storedTheme } from './theme';
import type { Report } from './types';

function readReport(): Report | string {
  const text = document.getElementById('report-data')?.textContent ?? '';
  try {
    const report = parseClean(text) as Report;
    if (report.schema_version === SCHEMA_VERSION) return report;
    return `This page shows reports of schema version ${SCHEMA_VERSION}, not ${report.schema_version}.`;
  } catch {
    return 'This page holds no report.';
  }
}

applyTheme(storedTheme());
const root = document.getElementById('app');
const report = readReport();
if (root && typeof report === 'string') root.textContent = report;
if (root && typeof report !== 'string') {
  const draw = (printing: boolean) => render(<App report={report} printing={printing} />, root);
  draw(false);
  // Paper has no tabs: all views are printed, one after the other.
  window.addEventListener('beforeprint', () => draw(true));
  window.addEventListener('afterprint', () => draw(false));
}
