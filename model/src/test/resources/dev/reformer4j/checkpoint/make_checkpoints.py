"""Makes the golden checkpoints beside this script.

    pip install huggingface_hub safetensors torch
    python make_checkpoints.py

sharded/      a model in several files, by the functions that transformers' save_pretrained calls; the project's writer must
              make the same bytes
"""

import json
from pathlib import Path

import torch
from huggingface_hub import split_torch_state_dict_into_shards
from safetensors.torch import save_file

HERE = Path(__file__).parent


def sharded():
    """Names out of order, one tensor larger than a file may be, and one name beyond ASCII."""
    sizes = {"b": 5, "big": 40, "a": 6, "c": 7, "é😀\uffee": 1, "c/d": 1}
    state = {name: torch.arange(size, dtype=torch.float32) for name, size in sizes.items()}
    split = split_torch_state_dict_into_shards(state, filename_pattern="model{suffix}.safetensors", max_shard_size=48)
    directory = HERE / "sharded"
    directory.mkdir(exist_ok=True)
    for file, names in split.filename_to_tensors.items():
        save_file({name: state[name] for name in names}, directory / file, metadata={"format": "pt"})
    parameters = sum(tensor.numel() for tensor in state.values())
    index = {"metadata": {"total_parameters": parameters, **split.metadata}, "weight_map": split.tensor_to_filename}
    with open(directory / "model.safetensors.index.json", "w", encoding="utf-8") as file:
        file.write(json.dumps(index, indent=2, sort_keys=True) + "\n")


def main():
    sharded()


if __name__ == "__main__":
    main()
