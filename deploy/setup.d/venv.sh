# shellcheck shell=bash
# The .venv with exactly what the locks name; built anew when it is not known to be whole.
# shellcheck disable=SC2154 # root, venv, log, python… are set by the files beside this one

# What the .venv holds, one `name=value` a line; written last, so that half a .venv has none.
stamp=$venv/made-by-setup
locks=$root/deploy/locks

install_python_packages() {
  local tag=py313 base dev="" trainer="" project
  [[ $python_version != 3.11.* ]] || tag=py311
  device_lock=$locks/device-$tag-$machine.txt
  dev_lock=$locks/dev-$tag.txt
  trainer_lock=$locks/trainer-$tag-$machine.txt
  base="$root $python $python_version $(sum_of "$locks/build.txt" "$device_lock")"
  [[ -z $want_dev ]] || dev=$(sum_of "$dev_lock")
  [[ -z $want_trainer ]] || trainer=$(trainer_sum)
  project=$(sum_of "$root/pyproject.toml" "$root/edge/__init__.py")

  if [[ $(stamped base) != "$base" || ! -x $venv/bin/python ]]; then
    rebuild
  elif [[ $(stamped project) == "$project" && (-z $dev || $(stamped dev) == "$dev") &&
    (-z $trainer || $(stamped trainer) == "$trainer") ]]; then
    return 0
  fi
  [[ -n $dev ]] || dev=$(stamped dev)
  [[ -n $trainer ]] || trainer=$(stamped trainer)
  local had_dev had_trainer
  had_dev=$(stamped dev) had_trainer=$(stamped trainer)
  rm -f -- "$stamp"
  [[ $dev == "$had_dev" ]] || install_lock "Installing the developer's tools" "$dev_lock" --no-compile
  [[ $trainer == "$had_trainer" ]] || install_trainer
  install_project
  # The pulled plug: what the stamp vouches for must be on the disk before the stamp is.
  sync -f "$venv" 2>/dev/null || sync
  printf '%s\n' "base=$base" "dev=$dev" "trainer=$trainer" "project=$project" >"$stamp.part"
  mv -- "$stamp.part" "$stamp"
}

sum_of() { cat -- "$@" | sha256sum | cut -c1-16; }

stamped() { [[ ! -f $stamp ]] || sed -n "s/^$1=//p" -- "$stamp"; }

trainer_sum() {
  if [[ -f $trainer_lock ]]; then
    sum_of "$trainer_lock" "$locks/torch.txt"
  else
    say "The trainer is left out: its converter exists for x86_64 and Python 3.11 only (this is $machine and $python_version)." >&2
  fi
}

rebuild() {
  if [[ -e $venv/bin && ! -f $stamp ]]; then
    say "The .venv here is unfinished, or was made by other hands; making it anew."
  fi
  start_log
  rm -f -- "$stamp"
  find "$venv/" -mindepth 1 -maxdepth 1 ! -name "$(basename -- "$log")" -exec rm -rf -- {} +
  step "Making .venv with Python $python_version" "$python" -m venv "$venv" ||
    failed "A virtual environment cannot be made with $python; the log says why."
  install_lock "Preparing to install" "$locks/build.txt"
  link_debians_systemd
  install_lock "Installing what the device needs" "$device_lock"
  step "Trying the libraries" "$venv/bin/python" -c 'import ctypes, importlib.util, pathlib
import ai_edge_litert.interpreter, av, cv2, msgspec, mutagen, paho.mqtt.client, systemd.daemon
import pygame.mixer, pygame._sdl2.audio
mediapipe = pathlib.Path(importlib.util.find_spec("mediapipe").origin).parent
ctypes.CDLL(mediapipe / "tasks" / "c" / "libmediapipe.so")' ||
    failed "One of the libraries does not load on this machine; the log says which."
}

# install_lock TEXT LOCK OPTION…; what a workstation alone gets is compiled when it is first used.
install_lock() {
  step "$1" "$venv/bin/pip" install "${@:3}" --no-deps --no-build-isolation --use-pep517 \
    --require-hashes -r "$2" ||
    failed "pip could not install $(basename -- "$2"); the log says why."
}

link_debians_systemd() {
  debians_python || return 0
  local place found
  place=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  for found in /usr/lib/python3/dist-packages/systemd \
    /usr/lib/python3/dist-packages/systemd_python-*-info; do
    [[ ! -e $found ]] || ln -s -- "$found" "$place/"
  done
}

# torch comes unhashed, as the user's index serves it: a CPU build, or a CUDA one with more packages.
install_trainer() {
  install_lock "Installing the trainer's libraries" "$trainer_lock" --no-compile
  local held=$venv/held.txt
  sed -n 's/^\([a-z0-9._-]*==[^ ;]*\).*/\1/p' -- "$device_lock" "$trainer_lock" | sort -u >"$held"
  step "Installing PyTorch" "$venv/bin/pip" install --no-compile -r "$locks/torch.txt" -c "$held" ||
    failed "pip could not install PyTorch ($(tail -n 1 -- "$locks/torch.txt")); the log says why."
}

install_project() {
  step "Installing Moodbox itself" "$venv/bin/pip" install --no-index --no-deps \
    --no-build-isolation -e "$root" || failed "Moodbox itself could not be installed; the log says why."
}
