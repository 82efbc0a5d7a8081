# shellcheck shell=bash
# Whether this machine can hold Moodbox, and which Python it is to have.
# shellcheck disable=SC2154,SC2034 # the files beside this one share their variables

python=""
python_version=""

# The folder must be ours to write: a set-up by root leaves one that a user cannot mend.
check_folder() {
  local where
  for where in "$root" "$root/models" "$root/music" "$venv" "$venv/bin"; do
    [[ ! -e $where || -w $where ]] ||
      fail "$where belongs to $(stat -c %U -- "$where"); run this as that user, or give it to you: sudo chown -R $(id -un) '$root'"
  done
}

one_at_a_time() {
  exec 9<"$root/deploy/setup"
  command -v flock >/dev/null || return 0
  flock -n 9 || {
    say "Another set-up is at work in $root; waiting for it to finish."
    flock -w 1800 9 || fail "The other set-up in $root has not finished in half an hour; stop it and run this again."
  }
}

check_machine() {
  local bits
  machine=$(uname -m)
  bits=$(getconf LONG_BIT 2>/dev/null || echo 64)
  [[ $(uname -s) == Linux ]] || fail "Moodbox runs on Linux; this is $(uname -s)."
  [[ $bits == 64 ]] ||
    fail "This system is a 32-bit one, and the libraries that see faces exist for 64 bit only; install the 64-bit Raspberry Pi OS or Debian."
  [[ $machine == x86_64 || $machine == aarch64 ]] ||
    fail "The libraries that see faces exist for x86_64 and aarch64 only; this machine is $machine."
}

# Debian's own Python first: it lasts as long as the system, and brings the systemd library along.
choose_python() {
  local candidate found=""
  if [[ -n ${MOODBOX_PYTHON:-} ]]; then
    take_python "$MOODBOX_PYTHON" ||
      fail "MOODBOX_PYTHON is $MOODBOX_PYTHON, which is no Python 3.11, 3.12 or 3.13."
    return
  fi
  for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
    take_python "$candidate" && return
    found=${found:-$("$candidate" -V 2>/dev/null || true)}
  done
  [[ -z $found ]] ||
    fail "Moodbox needs Python 3.11, 3.12 or 3.13, and this system has $found; Debian 12 or 13, or a Raspberry Pi OS of these, brings one."
}

take_python() {
  local answer
  answer=$("$1" -c 'import sys
if (3, 11) <= sys.version_info < (3, 14) and sys.maxsize > 2**32:
    print(sys.executable, "%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || return 1
  [[ -n $answer ]] || return 1
  python=${answer% *}
  python_version=${answer##* }
}

debians_python() { [[ -z $python || $python == /usr/bin/python3* ]]; }
