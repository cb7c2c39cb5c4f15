"""The other side of PythonPeerTest: reads and writes tensor files with the official libraries.

    pip install numpy safetensors
    ./mvnw -pl model -am test -Dreformer4j.python=python3

python_peer.py verdicts DIR      prints `name accepted` or `name refused` for every safetensors file in DIR
python_peer.py rewrite IN OUT    reads a safetensors file and writes what it read
python_peer.py renpy IN OUT      the same for .npy
"""

import sys
from pathlib import Path

import numpy as np
from safetensors import deserialize
from safetensors.numpy import load_file, save_file


def verdicts(directory):
    for file in sorted(Path(directory).iterdir()):
        try:
            deserialize(file.read_bytes())
            print(file.name, "accepted")
        except Exception:
            print(file.name, "refused")


def main():
    command, *paths = sys.argv[1:]
    if command == "verdicts":
        verdicts(*paths)
    elif command == "rewrite":
        save_file(load_file(paths[0]), paths[1])
    elif command == "renpy":
        np.save(paths[1], np.load(paths[0]))
    else:
        sys.exit(f"unknown command {command}; it is verdicts, rewrite or renpy")


if __name__ == "__main__":
    main()
