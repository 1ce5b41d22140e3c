# shellcheck shell=bash
# Shared by the scripts of this folder: where the tree is, how a stage is announced and timed, how many jobs fit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
# One locale for all: tools are read by scripts, and ccache keeps what it compiled apart by locale.
export LC_ALL=C.UTF-8

if [[ -t 1 ]]; then
  bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' red='' plain=''
fi

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s%s: %s%s\n' "$red" "${0##*/}" "$*" "$plain" >&2
  exit 1
}

# The comment block at the top of a script is its help text.
show_help() { sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "$root/ops/${0##*/}"; }

# Says what was wrong with how the script was called, and how it is called.
misused() {
  printf '%s%s: %s%s\n\n' "$red" "${0##*/}" "$*" "$plain" >&2
  show_help >&2
  exit 2
}

# Runs a command as a named stage: announces it, says how long it took, and hands its status on.
timed() {
  local label=$1 began=${EPOCHREALTIME/[.,]/} status=0 tenths
  shift
  printf '%s==> %s%s\n' "$bold" "$label" "$plain"
  "$@" || status=$?
  tenths=$(((${EPOCHREALTIME/[.,]/} - began) / 100000))
  if ((status == 0)); then
    printf '%s<== %s: %d.%d s%s\n' "$bold" "$label" $((tenths / 10)) $((tenths % 10)) "$plain"
  else
    printf '%s<== %s: FAILED after %d.%d s%s\n' "$red" "$label" $((tenths / 10)) $((tenths % 10)) "$plain"
  fi
  return "$status"
}

# A translation unit with Beast and CAF needs up to 1.5 GiB to compile: as many jobs as cores and free memory allow.
job_count() {
  local cores memory_kib fitting
  cores=$(nproc)
  memory_kib=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  fitting=$((${memory_kib:-1572864} / 1572864))
  ((fitting >= 1)) || fitting=1
  say "${JOBS:-$((cores < fitting ? cores : fitting))}"
}
