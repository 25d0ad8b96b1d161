import type { ComponentType } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { AppContext, type AppState } from './app_context';
import { Icon } from './components/icon';
import { useHistory } from './components/use_history';
import { VerdictPill } from './components/verdict';
import { groupFindings } from './facts';
import { formatHash, parseHash, VIEWS, type Route, type View } from './router';
import { applyTheme, storedTheme, THEMES } from './theme';
import type { Report } from './types';
import { Calibration } from './views/calibration';
import { Causes } from './views/causes';
import { History } from './views/history';
import { Layers } from './views/layers';
import { Reproduce } from './views/reproduce';
import { Samples } from './views/samples';
import { Summary } from './views/summary';

const PAGES: Record<View, { label: string; page: ComponentType }> = {
  summary: { label: 'Summary', page: Summary },
  layers: { label: 'Layers', page: Layers },
  causes: { label: 'Causes', page: Causes },
  samples: { label: 'Samples', page: Samples },
  calibration: { label: 'Calibration', page: Calibration },
  history: { label: 'History', page: History },
  reproduce: { label: 'Reproduce', page: Reproduce },
};

function useRoute(): [Route, AppState['setParams'], AppState['go']] {
  const [route, setRoute] = useState(() => parseHash(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseHash(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  const setParams = useCallback<AppState['setParams']>((changes) => {
    const now = parseHash(location.hash);
    history.replaceState(null, '', formatHash(now.view, { ...now.params, ...changes }));
    setRoute(parseHash(location.hash));
  }, []);
  const go = useCallback<AppState['go']>((view, params) => {
    location.hash = formatHash(view, params);
  }, []);
  return [route, setParams, go];
}

function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  const change = () => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      class="icon-button theme"
      onClick={change}
      title={`Colours: ${theme}`}
      aria-label={`Colours: ${theme}. Change to ${next}`}
    >
      <Icon name={theme} />
      <span class="theme-name">{theme}</span>
    </button>
  );
}

// Arrow keys move along the tabs as well, as they do in native ones.
function moveFocus(event: KeyboardEvent) {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (!step) return;
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll('a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  links[(at + step + links.length) % links.length]?.focus();
  event.preventDefault();
}

function Tabs({ view, findings }: { view: View; findings: number }) {
  const nav = useRef<HTMLElement>(null);
  // On a phone the row of tabs is wider than the window.
  useEffect(() => {
    const current = nav.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [view]);
  return (
    <nav class="tabs" aria-label="Views" ref={nav} onKeyDown={moveFocus}>
      {VIEWS.map((name) => (
        <a key={name} href={formatHash(name)} aria-current={name === view ? 'page' : undefined}>
          {PAGES[name].label}
          {name === 'causes' && findings > 0 && <span class="tab-count">{findings}</span>}
        </a>
      ))}
    </nav>
  );
}

export function App({ report, printing }: { report: Report; printing: boolean }) {
  const [route, setParams, go] = useRoute();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const history = useHistory(report, () => go('history'));
  const state = useMemo(
    () => ({ report, route, history, setParams, go }),
    [report, route, history.runs, history.problems, setParams, go],
  );
  useEffect(() => {
    document.title = `${PAGES[route.view].label} – ${report.context.title || 'Quantgate report'}`;
    if (!first.current) {
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [route.view]);
  // A history of one report says nothing on paper.
  const onPaper = VIEWS.filter((name) => name !== 'history' || history.runs.length > 1);
  const shown = printing ? onPaper : [route.view];
  return (
    <AppContext.Provider value={state}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="top">
        <div class="top-row">
          <span class="brand" aria-hidden="true">
            <Icon name="logo" />
          </span>
          <div class="top-title">
            <span class="top-product">Quantgate report</span>
            <span class="top-name">
              {report.context.title || report.dataset.name || 'Untitled run'}
            </span>
          </div>
          <VerdictPill verdict={report.verdict} />
          <ThemeButton />
        </div>
        <Tabs view={route.view} findings={groupFindings(report.findings).length} />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {shown.map((name) => {
          const Page = PAGES[name].page;
          return <Page key={name} />;
        })}
      </main>
      <footer class="foot">
        Quantgate {report.context.program_version}. One file, nothing is loaded from anywhere.
      </footer>
    </AppContext.Provider>
  );
}
