#!/usr/bin/env bash
# Measures the built-in engine against the real TensorFlow Lite 2.9.0 library (its own kernels and
# XNNPACK), in one process, in interleaved rounds, after comparing outputs. Usage:
# scripts/bench_against_tflite.sh [MODEL.tflite | FOLDER with model.tflite]...
# The demo's networks come first, then DS-CNN and MobileNets with random weights, all in float32, int8
# and uint8; float models given are measured as uint8, too. Prints a table for THREADS (default 1;
# speeds are then of processor time) and writes build/bench/against_tflite_THREADS.json. ROUNDS and
# SECONDS_EACH set how long it takes.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/dev}
threads=${THREADS:-1}
cmake --preset dev -B "$build" >/dev/null
cmake --build "$build" --target quantgate against_tflite make_bench_models >/dev/null
library=$(bash scripts/fetch_tflite_runtime.sh)
folder=build/bench
mkdir -p "$folder"

models=()
for net in conv depthwise; do
  model=configs/mnist/mnist_$net.tflite
  "$build/quantgate" calibrate "$model" --std 255 --limit 200 --quiet --out "$folder/$net.json" \
    --images datasets/mnist/calibration-images-idx3-ubyte.gz 2>/dev/null
  models+=("$model")
  for scheme in int8 uint8; do
    made=$folder/mnist_${net}_$scheme.tflite
    "$build/quantgate" quantize "$model" --scheme "$scheme" --ranges "$folder/$net.json" \
      --out "$made" >/dev/null 2>&1
    models+=("$made")
  done
done
given=()
for model in "$@"; do
  if [ -d "$model" ]; then given+=("$model/model.tflite"); else given+=("$model"); fi
done
mapfile -t more < <("$build/tests/bench/make_bench_models" "$folder" "${given[@]}")
models+=("${more[@]}")

date -u +%Y-%m-%d
grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "threads: $threads"
"$build/tests/bench/against_tflite" "$library" "$threads" "${ROUNDS:-9}" "${SECONDS_EACH:-0.3}" \
  "$folder/against_tflite_$threads.json" "${models[@]}" 2>/dev/null
