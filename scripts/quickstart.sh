#!/usr/bin/env bash
# Installs what is missing, builds, and runs the main job on the MNIST data in this repository:
# a float model against five quantized variants. Two of the variants are broken on purpose, so
# `quantgate run` ends with exit code 1; this script says so and ends with 0.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
install_missing "${BUILD_PACKAGES[@]}"
install_node

echo "Building (some minutes the first time) ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ cmake --preset release && cmake --build --preset release --parallel "$(nproc)"; } >"$log" 2>&1 ||
  { cat "$log"; exit 1; }

status=0
build/release/quantgate run configs/mnist/mnist.json || status=$?
if [ "$status" -ne 1 ]; then
  echo "expected exit code 1 (two variants are broken on purpose), got $status" >&2
  exit 1
fi
cat <<'END'

Exit code 1, as it should be: the last two variants are what people really do wrong. One has the
dummy ranges of `tflite_convert --default_ranges_min 0 --default_ranges_max 6`, the other was fed
[0, 1] pixels cast to uint8. In a CI job this exit code stops the model from being shipped.
Open out/mnist/report.html in a browser.
END
