"""The other side of PythonPeerTest: reads and writes tensor files with the official libraries.

    pip install numpy safetensors torch transformers
    ./mvnw -pl model -am test -Dreformer4j.python=python3

python_peer.py verdicts DIR      prints `name accepted` or `name refused` for every safetensors file in DIR
python_peer.py rewrite IN OUT    reads a safetensors file and writes what it read
python_peer.py renpy IN OUT      the same for .npy
python_peer.py views IN DIR      saves a safetensors file with torch.save, in both formats, half of the tensors transposed
                                 and all of them in one storage to a dtype
python_peer.py model IN OUT      reads a directory as transformers finds the files of a model, and writes what it read
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


def views(source, directory):
    import torch
    from safetensors.torch import load_file as load

    tensors = load(source)
    state = {}
    for dtype in {tensor.dtype for tensor in tensors.values()}:
        names = [name for name in tensors if tensors[name].dtype == dtype]
        pieces = [tensors[name].t().contiguous() if i % 2 else tensors[name] for i, name in enumerate(names)]
        storage = torch.cat([piece.flatten() for piece in pieces])
        at = 0
        for i, (name, piece) in enumerate(zip(names, pieces)):
            view = storage[at : at + piece.numel()].view(piece.shape)
            state[name] = view.t() if i % 2 else view
            at += piece.numel()
    torch.save(state, Path(directory) / "zip.bin")
    torch.save(state, Path(directory) / "legacy.bin", _use_new_zipfile_serialization=False)


def model(directory, out):
    from safetensors.torch import load_file as load
    from safetensors.torch import save_file as save
    from transformers.utils.hub import get_checkpoint_shard_files

    index = Path(directory) / "model.safetensors.index.json"
    files = get_checkpoint_shard_files(directory, str(index))[0] if index.exists() else [Path(directory) / "model.safetensors"]
    save({name: tensor for file in files for name, tensor in load(file).items()}, out, metadata={"format": "pt"})


def main():
    command, *paths = sys.argv[1:]
    if command == "verdicts":
        verdicts(*paths)
    elif command == "rewrite":
        save_file(load_file(paths[0]), paths[1])
    elif command == "renpy":
        np.save(paths[1], np.load(paths[0]))
    elif command == "views":
        views(*paths)
    elif command == "model":
        model(*paths)
    else:
        sys.exit(f"unknown command {command}; it is verdicts, rewrite, renpy, views or model")


if __name__ == "__main__":
    main()
