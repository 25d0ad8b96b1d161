// What every view can reach: the report, and where the reader is.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { HistoryState } from './components/use_history';
import type { Route, View } from './router';
import type { Report } from './types';

export interface AppState {
  report: Report;
  route: Route;
  history: HistoryState;
  // Changes parameters of the current view in place, without a new entry in the browser's history.
  setParams: (changes: Record<string, string | undefined>) => void;
  go: (view: View, params?: Record<string, string | undefined>) => void;
}

export const AppContext = createContext<AppState | null>(null);

export function useApp(): AppState {
  const state = useContext(AppContext);
  if (!state) throw new Error('no report');
  return state;
}
