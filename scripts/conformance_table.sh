#!/usr/bin/env bash
# Prints the table of reference/conformance.md: random one-operator models on the real TensorFlow
# Lite library, operator by type by profile. conformance_table.sh [CASES], 100 by default.
set -euo pipefail
cd "$(dirname "$0")/.."
library=$(./scripts/fetch_tflite_runtime.sh | tail -1)
cmake --preset dev >/dev/null
cmake --build --preset dev --target conformance_table >/dev/null
./build/dev/tests/conformance_table "$library" "${1:-100}"
