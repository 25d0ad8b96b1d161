#!/usr/bin/env bash
# Runs every `quantgate ...` line of README.md's shell blocks from the top of the source tree and
# fails on the first that does not end with 0 (or 1 for `run`: the demo has variants that fail).
# Usage: readme_commands_test.sh FOLDER_OF_THE_PROGRAM
set -euo pipefail
PATH=$1:$PATH
count=0
while IFS= read -r command; do
  echo "+ $command"
  status=0
  eval "$command" >/dev/null || status=$?
  case $command in
    "quantgate run "*) [ "$status" -le 1 ] ;;
    *) [ "$status" -eq 0 ] ;;
  esac || { echo "exit code $status"; exit 1; }
  count=$((count + 1))
done < <(awk '/^```sh/ {inside = 1; next} /^```/ {inside = 0} inside && /^quantgate /' README.md)
echo "$count commands"
[ "$count" -ge 7 ]
