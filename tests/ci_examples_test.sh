#!/usr/bin/env bash
# Runs the examples of scripts/ci as far as they go without the services: the commands they hold, and
# the shell completions' syntax. ci_examples_test.sh FOLDER_OF_THE_PROGRAM
set -euo pipefail
export PATH="$1:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$PWD

quantgate completion bash >"$work/completion.bash"
bash -n "$work/completion.bash"
# shellcheck disable=SC1091
source "$work/completion.bash"
COMP_WORDS=(quantgate com)
COMP_CWORD=1
_quantgate
[[ " ${COMPREPLY[*]} " == *" compare "* ]] || { echo "commands are not completed" >&2; exit 1; }
COMP_WORDS=(quantgate run --base)
COMP_CWORD=2
_quantgate
[[ " ${COMPREPLY[*]} " == *" --baseline "* ]] || { echo "options are not completed" >&2; exit 1; }
for shell in zsh fish; do
  quantgate completion "$shell" >"$work/completion.$shell"
  if command -v "$shell" >/dev/null; then "$shell" -n "$work/completion.$shell"; fi
done

# The step of the GitHub action, with the environment a runner sets.
sed -n '/run: |/,$p' scripts/ci/github/action.yml | tail -n +2 | sed 's/^        //' >"$work/step.sh"
set +e
CONFIG=configs/mnist/mnist.json BASELINE= OUT="$work/out" GITHUB_ACTIONS=true \
  GITHUB_STEP_SUMMARY="$work/summary.md" bash -e "$work/step.sh" >"$work/log"
code=$?
set -e
[ "$code" -eq 1 ] || { echo "the demo's gate ends with $code, not 1" >&2; exit 1; }
grep -q '^::error ' "$work/log"
grep -q '^## ' "$work/summary.md"
for file in report.json report.html junit.xml report.sarif; do test -s "$work/out/$file"; done

# The pre-commit hook's command on a good model.
entry=$(sed -n "s/^  entry: //p" scripts/ci/pre-commit-hooks.yaml)
eval "$entry configs/mnist/mnist_conv.tflite" >/dev/null

# The gate as a test of another project.
mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.20)
project(example NONE)
enable_testing()
include($root/scripts/ci/ctest.cmake)
quantgate_add_gate(NAME demo_gate CONFIG $root/configs/mnist/mnist.json)
CMAKE
cmake -S "$work/project" -B "$work/project/build" >/dev/null
set +e
(cd "$work/project/build" && ctest >"$work/ctest.log" 2>&1)
code=$?
set -e
[ "$code" -ne 0 ] && grep -q 'demo_gate' "$work/ctest.log" ||
  { echo "the demo's gate must fail as a test" >&2; exit 1; }
echo "the CI examples run"
