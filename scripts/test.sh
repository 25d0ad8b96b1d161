#!/usr/bin/env bash
# Installs what is missing, builds everything with every warning an error, and runs all tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
install_missing "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
install_node
install_browser

# Tests that need the real TFLite library say so and are skipped without it.
scripts/fetch_tflite_runtime.sh >/dev/null ||
  echo "The real TFLite library could not be fetched: conformance tests will be skipped."

cmake --preset dev
cmake --build --preset dev --parallel "$(nproc)"
ctest --preset dev --parallel "$(nproc)"
