#!/usr/bin/env bash
# Gets the real TensorFlow Lite 2.9.0 C library and prints its path. Usage:
# scripts/fetch_tflite_runtime.sh [DIRECTORY]   (default: build/tflite_runtime)
# The tests and `"runtime": "tflite"` find it there, or through QUANTGATE_TFLITE_LIBRARY.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/npm_package.sh
directory=${1:-build/tflite_runtime}
library=$directory/libtensorflowlite_c.so

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64)
    folder=linux_amd64
    sha256=dc89b4cd86d956516570bd483668e6dd98907f49901d0567dedc69a29a56b7f7 ;;
  *) echo "there is no library to fetch for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac

if ! echo "$sha256  $library" | sha256sum --check --status 2>/dev/null; then
  mkdir -p "$directory"
  fetch_npm_package tfjs-tflite-node 0.0.2 "$directory" --strip-components=3 \
    "package/cc_deps/$folder/libtensorflowlite_c.so"
  echo "$sha256  $library" | sha256sum --check --quiet
fi
echo "$library"
