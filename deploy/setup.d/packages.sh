# shellcheck shell=bash
# The system packages that are missing, and only those; asks for root only when there are some.
# shellcheck disable=SC2154 # want_dev, python and log are set by the files beside this one

missing=()

# Each looks for the thing itself, so that it may come from anywhere.
need_library() { [[ $libraries == *" $1 "* ]] || missing+=("$2"); }
need_program() {
  PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || missing+=("$2")
}
need_file() { [[ -e $1 ]] || missing+=("$2"); }

look_around() {
  local libraries t64=""
  libraries=$(/sbin/ldconfig -p | awk '{ printf " %s ", $1 }')
  # Debian 13 renamed some libraries for 64-bit times.
  if dpkg-query -W '*t64' >/dev/null 2>&1; then t64=t64; fi
  missing=()
  # MediaPipe is linked with both, and uses neither.
  need_library libEGL.so.1 libegl1
  need_library libGLESv2.so.2 libgles2
  # SDL looks for it when there is no PulseAudio or PipeWire.
  need_library libasound.so.2 "libasound2$t64"
  # One of pygame's own libraries wants GLib's.
  need_library libgthread-2.0.so.0 "libglib2.0-0$t64"
  # The demo's private broker.
  need_program mosquitto mosquitto
  # Listens to it: the demo prints the command.
  need_program mosquitto_sub mosquitto-clients
  # Ties the demo's broker to the demo.
  need_program setpriv util-linux
  look_for_python
  [[ -z $want_dev ]] || look_for_tools
}

look_for_python() {
  if debians_python; then
    [[ -n $python ]] || missing+=(python3)
    [[ -n $python ]] && "$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    # The same library that the lock names; taking it from Debian spares every Pi a compiler.
    need_file /usr/lib/python3/dist-packages/systemd python3-systemd
  else
    need_program cc gcc
    need_program pkg-config pkg-config
    pkg-config --exists libsystemd 2>/dev/null || missing+=(libsystemd-dev)
  fi
}

look_for_tools() {
  need_program shellcheck shellcheck
  # A loudspeaker that can be listened to; it must not push out the sound of a desktop.
  if dpkg-query -W pipewire-audio >/dev/null 2>&1; then
    command -v pulseaudio >/dev/null ||
      say "PulseAudio is left out, since it would replace this desktop's PipeWire; the tests that listen are skipped."
  else
    need_program pulseaudio pulseaudio
  fi
  need_program parec pulseaudio-utils
  # Shows that eye opens no network socket.
  need_program strace strace
  need_program git git
}

install_packages() {
  look_around
  ((${#missing[@]})) || return 0
  local names="${missing[*]}" had_broker=yes
  command -v apt-get >/dev/null ||
    fail "These are missing, and only Debian's apt could be asked for them: $names."
  [[ $names != *mosquitto* ]] || PATH=$PATH:/usr/sbin command -v mosquitto >/dev/null || had_broker=""
  become_root "$names"
  # Lists may be old or absent; a broken third-party source must not stop us.
  step "Reading Debian's package lists" apt_get update || true
  step "Installing ${missing[*]}" apt_get install --no-remove --no-install-recommends "${missing[@]}" ||
    failed "Debian's packages ${missing[*]} could not be installed; the log says why."
  [[ -n $had_broker ]] || quieten_broker
  [[ -n $python ]] || choose_python
  look_around
  ((${#missing[@]} == 0)) || fail "Still missing after installing: ${missing[*]}."
}

become_root() {
  [[ $(id -u) != 0 ]] || return 0
  local advice="These Debian packages are missing, and installing them needs root: apt-get install $1"
  command -v sudo >/dev/null || fail "$advice"
  sudo -n true 2>/dev/null && return
  [[ -t 0 ]] || fail "$advice"
  say "sudo may ask for your password, to install: $1"
  sudo -v || fail "$advice"
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo -- "$@"; fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
    apt-get -q -y -o DPkg::Lock::Timeout=600 "$@"
}

# Debian starts a broker on port 1883 with the package; the demo brings its own, so that one rests.
quieten_broker() {
  if [[ -d /run/systemd/system ]]; then
    step "Ending the broker that Debian started with its package" \
      as_root systemctl disable --now mosquitto.service || true
  else
    as_root service mosquitto stop >>"$log" 2>&1 || true
    as_root systemctl disable mosquitto.service >>"$log" 2>&1 || true
  fi
}
