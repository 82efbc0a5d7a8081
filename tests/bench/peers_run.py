"""Runs what others use, in a venv of its own: `python peers_run.py FRAMES.npy ROUNDS`; tells JSON.

Each is called as the projects call it that use it: the detector as it comes, the largest face cut
out, the network asked about that one face. Imports nothing of ours, for nothing of ours is there.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import cv2
import numpy as np
import tensorflow as tf
from tensorflow import keras

Pixels = Any
Peer = Callable[[Pixels], bool]
"""Takes a frame (blue first, as OpenCV's cameras give it); whether a face was found and read."""
_WARM_UP = 3


def fer_package() -> Peer:
    """`fer`, its Haar cascade and its mini-Xception, as its README calls it."""
    from fer import FER

    detector = FER()
    return lambda frame: bool(detector.detect_emotions(frame))


def haar_efficientnet() -> Peer:
    """Haar and EfficientNet-B3 at 224 px in a tf.function. Untrained: time is all that counts."""
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    network = keras.applications.EfficientNetB3(weights=None, input_shape=(224, 224, 3), classes=7)
    ask = tf.function(lambda picture: network(picture, training=False))

    def call(frame: Pixels) -> bool:
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        faces = cascade.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=5, minSize=(30, 30))
        if not len(faces):
            return False
        x, y, width, height = max(faces, key=lambda box: box[2])
        cut = cv2.cvtColor(frame[y : y + height, x : x + width], cv2.COLOR_BGR2RGB)
        face = cv2.resize(cut, (224, 224)).astype(np.float32)[None]
        ask(tf.constant(face)).numpy()
        return True

    return call


def mtcnn_four_convs() -> Peer:
    """MTCNN and four convolutions with three dense layers, asked by Keras' `predict`."""
    from mtcnn import MTCNN

    detector, network = MTCNN(), _four_convs()

    def call(frame: Pixels) -> bool:
        faces = detector.detect_faces(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        if not faces:
            return False
        x, y, width, height = (max(0, int(n)) for n in max(faces, key=lambda f: f["box"][2])["box"])
        grey = cv2.cvtColor(frame[y : y + height, x : x + width], cv2.COLOR_BGR2GRAY)
        face = cv2.resize(grey, (48, 48)).astype(np.float32) / 255
        network.predict(face.reshape(1, 48, 48, 1), verbose=0)
        return True

    return call


def _four_convs() -> Any:
    layers = keras.layers
    stack: list[Any] = [layers.Input((48, 48, 1))]
    for filters, size in ((64, 3), (128, 5), (512, 3), (512, 3)):
        stack += [
            layers.Conv2D(filters, size, padding="same"),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
        ]
    stack.append(layers.Flatten())
    for units in (256, 512):
        stack += [layers.Dense(units), layers.BatchNormalization(), layers.Activation("relu")]
    return keras.Sequential([*stack, layers.Dense(7, activation="softmax")])


PEERS: dict[str, Callable[[], Peer]] = {
    "fer package": fer_package,
    "Haar, EfficientNet-B3 in a tf.function": haar_efficientnet,
    "MTCNN, four convolutions in Keras": mtcnn_four_convs,
}


def main() -> None:
    """Milliseconds of every frame in which the peer found the face, by the clock."""
    frames, rounds = np.load(sys.argv[1]), int(sys.argv[2])
    told = {}
    for name, make in PEERS.items():
        peer = make()
        for frame in frames[:_WARM_UP]:
            peer(frame)
        times, found, tried = [], 0, 0
        for _ in range(rounds):
            for frame in frames:
                began = time.perf_counter()
                hit = peer(frame)
                took = (time.perf_counter() - began) * 1000
                tried, found = tried + 1, found + hit
                if hit:
                    times.append(took)
        told[name] = {"ms": times, "found": found, "tried": tried}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
