// The reports a reader opened beside this one; they are forgotten with the page.
import { useEffect, useState } from 'preact/hooks';
import {
  LARGEST_FILE_BYTES,
  MOST_RUNS,
  keptRun,
  readRun,
  runOf,
  sortRuns,
  type Run,
} from '../history';
import type { Report } from '../types';

export interface HistoryState {
  runs: Run[];
  problems: string[];
  add: (files: Iterable<File>) => Promise<void>;
  remove: (run: Run) => void;
}

async function readFile(file: File): Promise<Run | string> {
  if (file.size > LARGEST_FILE_BYTES) return `${file.name} is larger than a report can be.`;
  try {
    return readRun(await file.text(), file.name);
  } catch {
    return `${file.name} could not be read.`;
  }
}

// `onDrop` is told when files were dropped anywhere on the page.
export function useHistory(report: Report, onDrop: () => void): HistoryState {
  const [runs, setRuns] = useState<Run[]>(() =>
    sortRuns([...(report.history ?? []).map(keptRun), runOf(report, '')]).slice(-MOST_RUNS),
  );
  const [problems, setProblems] = useState<string[]>([]);
  const add = async (files: Iterable<File>) => {
    const read = await Promise.all([...files].slice(0, MOST_RUNS).map(readFile));
    const good = read.filter((run): run is Run => typeof run !== 'string');
    setProblems(read.filter((run): run is string => typeof run === 'string'));
    setRuns((known) => sortRuns([...known, ...good]).slice(0, MOST_RUNS));
  };
  useEffect(() => {
    const allow = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      const files = event.dataTransfer?.files;
      if (!files?.length) return;
      event.preventDefault();
      onDrop();
      void add(files);
    };
    window.addEventListener('dragover', allow);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', allow);
      window.removeEventListener('drop', drop);
    };
  }, []);
  const remove = (run: Run) => setRuns((known) => known.filter((other) => other !== run));
  return { runs, problems, add, remove };
}
