#!/usr/bin/env bash
# How the cost of a comparison grows with samples, layers, variants, threads and channels: runs
# tests/bench/evaluation_bench, keeps its JSON in build/bench/growth.json and prints Markdown, a
# table and a plot each. REPETITIONS (default 5) are made of every point; the quickest counts, since
# other programs only ever slow a run down.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/dev}
cmake --preset dev -B "$build" >/dev/null
cmake --build "$build" --target evaluation_bench >/dev/null
mkdir -p build/bench
"$build/tests/bench/evaluation_bench" --benchmark_filter=Growth/ --benchmark_min_time=0.2 \
  --benchmark_repetitions="${REPETITIONS:-5}" --benchmark_out=build/bench/growth.json \
  --benchmark_out_format=json >/dev/null 2>&1
python3 scripts/plot_growth.py build/bench/growth.json
