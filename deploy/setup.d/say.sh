# shellcheck shell=bash
# How set-up speaks: one line a step, the details in a log, one plain sentence when it stops.
# shellcheck disable=SC2154 # root, venv and log are set by deploy/setup

ticker=""
log_started=""
doing=""

say() { printf '%s\n' "$*"; }

fail() {
  stop_ticker
  doing=""
  printf '%s\n' "$*" >&2
  exit 1
}

# step TEXT COMMAND...: runs it with its output in the log, and shows that time passes.
step() {
  local text=$1 began=$SECONDS status=0
  shift
  start_log
  printf '\n$ %s\n' "$*" >>"$log"
  doing=$text
  tick "$text" &
  ticker=$!
  # 9 is the lock of this set-up; a service that a package starts must not hold it.
  "$@" >>"$log" 2>&1 </dev/null 9>&- || status=$?
  stop_ticker
  ((status == 0)) || return "$status"
  doing=""
  printf '%s (%s s)\n' "$text" $((SECONDS - began))
}

start_log() {
  [[ -z $log_started ]] || return 0
  mkdir -p -- "$venv"
  date '+%F %T' >"$log"
  log_started=yes
}

# On a terminal the line counts; elsewhere a sign of life every half minute is enough.
tick() {
  exec 9>&-
  trap 'kill $! 2>/dev/null; exit 0' TERM
  trap '' INT
  local began=$SECONDS
  while :; do
    if [[ -t 1 ]]; then
      printf '%s … %s s\r' "$1" $((SECONDS - began))
      sleep 1 &
    else
      sleep 30 &
    fi
    wait $!
    [[ -t 1 ]] || printf '%s … %s s\n' "$1" $((SECONDS - began))
  done
}

stop_ticker() {
  [[ -n $ticker ]] || return 0
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  ticker=""
  if [[ -t 1 ]]; then printf '\r\033[K'; fi
}

# failed SENTENCE: the end of the log, then what to do about it.
failed() {
  local sentence=$1
  stop_ticker
  printf '\nThe end of %s:\n' "$log" >&2
  tail -n 12 -- "$log" | sed 's/^/  /' >&2
  if tail -n 80 -- "$log" | grep -qiE "$no_network"; then
    sentence="The network, or the package index that pip or apt is set to, cannot be reached; connect this machine and run it again."
  elif tail -n 40 -- "$log" | grep -qi 'no space left'; then
    sentence="The disk is full; make room and run it again."
  fi
  fail "$sentence"
}
no_network='NewConnectionError|ConnectTimeout|ReadTimeout|NameResolution|name resolution|Network is unreachable|Could not resolve|Could not connect|Connection timed out|Connection refused|Failed to fetch|from versions: none'

interrupted() {
  stop_ticker
  printf '\nStopped%s; run it again to go on.\n' "${doing:+ while: $doing}" >&2
  exit 130
}
trap interrupted INT TERM HUP
trap stop_ticker EXIT
