# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts beside it: named steps with their time, quiet unless one fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p build/logs

# step NAME COMMAND...: the output goes to build/logs/NAME.log, and to the screen if the command fails.
step() {
  local name=$1 began=$SECONDS status=0
  shift
  printf '%-12s ' "$name"
  "$@" >"build/logs/$name.log" 2>&1 </dev/null || status=$?
  if [[ $status -ne 0 ]]; then
    printf 'FAILED after %d s\n' $((SECONDS - began))
    failing_part "build/logs/$name.log" >&2
    echo "the whole log is build/logs/$name.log" >&2
    exit 1
  fi
  printf '%4d s\n' $((SECONDS - began))
}

# What a reader wants to see of a log: from the first failure on, but no novel.
failing_part() {
  local first
  first=$(grep -n -m1 -E '^FAILED|error:|\*\*\*Failed|\*\*\*Timeout|\*\*\*Exception|ERROR:|Traceback' "$1" |
    cut -d: -f1) || true
  if [[ -n $first ]]; then
    # Not what ctest says of the tests that passed.
    tail -n "+$first" "$1" | grep -vE '^ +Start +[0-9]+: | Passed +[0-9.]+ sec$' | cut -c1-400 |
      head -n 80
  else
    tail -n 40 "$1"
  fi
}

# clang_tool NAME: version 14 where it is installed, since what it finds and formats depends on the version.
clang_tool() {
  command -v "$1-14" || command -v "$1" || {
    echo "missing: $1 (scripts/install test)" >&2
    return 1
  }
}

# Everything of ours that is C++.
sources() {
  find lib apps tests sample-functions \( -name '*.cpp' -o -name '*.hpp' \) -print0
}
