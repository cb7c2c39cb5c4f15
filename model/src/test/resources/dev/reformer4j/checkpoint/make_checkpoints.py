"""Makes the golden checkpoints beside this script.

    pip install huggingface_hub safetensors torch
    python make_checkpoints.py

sharded/      a model in several files, by the functions that transformers' save_pretrained calls; the project's writer must
              make the same bytes
pytorch/      what torch.save writes of one state dict in several ways, and beside each FILE.bin a FILE.safetensors with what
              torch.load reads of it
hostile/      pickles that want to run something, or to be misunderstood; none of them must be read
"""

import collections
import json
import os
import pickle
import struct
import zipfile
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


def state():
    """Every way in which tensors lie in storages, and every dtype, in one dictionary."""
    ramp = torch.arange(24, dtype=torch.float32)
    matrix = ramp.reshape(4, 6)
    odd = torch.nn.Parameter(torch.tensor([7.0]))
    odd.note = 3  # saved with its state
    wide = torch.tensor([0.1, -2.5, 65504.0, 5.9604645e-08, float("inf"), float("nan")])
    tensors = collections.OrderedDict(
        matrix=matrix,
        tied=matrix,
        transposed=matrix.t(),
        rows=matrix[1:3],
        columns=matrix[:, 2:5],
        steps=ramp[1::3],
        cube=ramp.reshape(2, 3, 4).permute(2, 0, 1),
        one_row=matrix[3:4].t(),
        parameter=torch.nn.Parameter(ramp[:5].clone()),
        odd_parameter=odd,
        half=wide.half(),
        brain=wide.bfloat16(),
        double=wide.double(),
        half_columns=matrix.half()[:, ::2],
        scalar=torch.tensor(1.5),
        one_of_many=ramp[7],
        empty=torch.zeros(0, 3),
        empty_slice=ramp[24:],
        expanded_one=torch.arange(5.0).expand(1, -1),
        i64=torch.tensor([-(2**40), 3]),
        i32=torch.tensor([-5], dtype=torch.int32),
        i16=torch.tensor([-5], dtype=torch.int16),
        i8=torch.tensor([-5], dtype=torch.int8),
        u8=torch.tensor([250], dtype=torch.uint8),
        u16=torch.tensor([65535], dtype=torch.uint16),
        truth=torch.tensor([True, False]),
        f8=torch.tensor([1.0]).to(torch.float8_e4m3fn),
    )
    tensors["é 😀"] = torch.tensor([1.0])
    tensors._metadata = collections.OrderedDict({"": {"version": 1}})
    return tensors


def expected(name, tensors):
    """Readable dtypes only, each tensor with a storage of its own."""
    floats = {key: tensor.detach().float().contiguous().clone() for key, tensor in tensors.items()
              if tensor.dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64)}
    save_file(floats, HERE / "pytorch" / f"{name}.safetensors")


def repacked(original, name, method, change=lambda name, data: data):
    """The same entries in a zip file of Python's."""
    with zipfile.ZipFile(original) as old, zipfile.ZipFile(HERE / "pytorch" / f"{name}.bin", "w", method) as new:
        for entry in old.infolist():
            stamped = zipfile.ZipInfo(entry.filename)  # with no time in it
            new.writestr(stamped, change(entry.filename, old.read(entry)), method)


def pytorch():
    directory = HERE / "pytorch"
    directory.mkdir(exist_ok=True)
    tensors = state()

    def save(name, value, **how):
        torch.save(value, directory / f"{name}.bin", **how)
        loaded = torch.load(directory / f"{name}.bin", weights_only=how.get("pickle_protocol", 2) == 2)
        return loaded

    expected("state", save("state", tensors))
    legacy = {key: tensor for key, tensor in tensors.items() if key not in ("u16", "f8")}
    expected("legacy", save("legacy", legacy, _use_new_zipfile_serialization=False))
    expected("protocol4", save("protocol4", tensors, pickle_protocol=4))
    expected("protocol5", save("protocol5", tensors, pickle_protocol=5))
    trainer = {
        "epoch": 3,
        "loss": 0.25,
        "name": "run",
        "big": 2**70,
        "bytes": b"123",
        "device": torch.device("cpu"),
        "size": torch.Size([2, 3]),
        "set": {1, 2},
        "state_dict": {"a": torch.ones(2), "skipped": None, "layer": {"inner": torch.ones(1)}},
        "optimizer": {"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
        "averaged": {"a": torch.zeros(2)},
    }
    expected("trainer", {"a": save("trainer", trainer)["state_dict"]["a"]})
    expected("wrapped", save("wrapped", {"weights": {"a": torch.ones(2)}, "epoch": 1})["weights"])
    small = {"matrix": torch.arange(64.0).reshape(8, 8).t(), "half": torch.arange(64.0).half(), "scalar": torch.tensor(2.0)}
    expected("small", save("small", small))
    expected("deflated", small)
    repacked(directory / "small.bin", "deflated", zipfile.ZIP_DEFLATED)
    expected("big_endian", small)

    def swapped(name, data):
        width = {"0": 4, "1": 2, "2": 4}.get(name.split("/")[-1])
        if name.endswith("byteorder"):
            return b"big"
        if "/data/" not in name:
            return data
        return b"".join(data[at : at + width][::-1] for at in range(0, len(data), width))

    repacked(directory / "small.bin", "big_endian", zipfile.ZIP_STORED, swapped)


class Calls:
    """Pickles as a call."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


STORAGE = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQ"


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def tensor(storage=STORAGE, offset=b"K\x00", size=b"K\x02\x85", stride=b"K\x01\x85", tail=b""):
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n("
        + storage + offset + size + stride
        + b"\x89ccollections\nOrderedDict\n)R" + tail + b"tR"
    )


def one(value):
    """A state dict of one entry, `value` being instructions."""
    return b"\x80\x02}" + text("x") + value + b"s."


def hostile():
    """data.pkl by name; every file has a storage `0` of two float32 numbers."""
    def dumped(value, protocol=2):
        return pickle.dumps(value, protocol)

    big = b"\x8a\x08" + struct.pack("<q", 2**62)
    yield "os_system", dumped({"x": Calls(os.system, "echo run")})
    yield "os_system_protocol4", dumped({"x": Calls(os.system, "echo run")}, 4)
    yield "eval", dumped({"x": Calls(eval, "1+1")})
    yield "exec_before_tensors", b"\x80\x02c__builtin__\nexec\n" + text("1") + b"\x85R0" + one(tensor())[2:]
    yield "never_called", one(b"cposix\nsystem\n")
    yield "inst", b"\x80\x02(" + text("echo run") + b"ios\nsystem\n."
    yield "obj", b"\x80\x02(ccollections\nOrderedDict\no."
    yield "newobj", one(b"ccollections\nOrderedDict\n)\x81")
    yield "extension", one(b"\x82\x01")
    yield "whole_model", b"\x80\x02c__main__\nNet\n)\x81}b."
    yield "torch_load", one(b"ctorch\nload\n" + text("x") + b"\x85R")
    yield "dotted_name", one(b"\x8c\x05torch\x8c\x16_utils.os.popen.system\x93")
    yield "quantized", one(b"ctorch._utils\n_rebuild_qtensor\n)R")
    yield "numpy", one(b"cnumpy.core.multiarray\n_reconstruct\n)R")
    yield "control_in_name", one(b"c\x1b[31mos\nsystem\r\n")
    yield "calls_a_text", one(text("os.system") + b")R")
    yield "calls_a_tensor", one(tensor() + b")R")
    yield "builds_a_tensor", one(tensor() + b"}b")
    yield "persistent_text", one(text("storage") + b"Q")
    yield "persistent_module", one(STORAGE.replace(text("storage"), text("module")))
    yield "storage_class_is_a_text", one(tensor(STORAGE.replace(b"ctorch\nFloatStorage\n", text("FloatStorage"))))
    yield "storage_missing", one(tensor(STORAGE.replace(text("0"), text("1"))))
    yield "storage_elsewhere", one(tensor(STORAGE.replace(text("0"), text("../data/0"))))
    yield "storage_longer", one(tensor(STORAGE.replace(b"K\x02t", b"K\x03t")))
    yield "storage_huge", one(tensor(STORAGE.replace(b"K\x02t", big + b"t")))
    yield "storage_negative", one(tensor(STORAGE.replace(b"K\x02t", b"J\xff\xff\xff\xfft")))
    yield "storage_twice", (
        b"\x80\x02}(" + text("x") + tensor()
        + text("y") + tensor(STORAGE.replace(b"FloatStorage", b"IntStorage")) + b"u."
    )
    yield "storage_wider", one(tensor(STORAGE.replace(b"FloatStorage", b"DoubleStorage")))
    yield "offset_beyond", one(tensor(offset=b"K\x01"))
    yield "offset_negative", one(tensor(offset=b"J\xff\xff\xff\xff"))
    yield "offset_huge", one(tensor(offset=big))
    yield "size_beyond", one(tensor(size=b"K\x03\x85"))
    yield "size_negative", one(tensor(size=b"J\xff\xff\xff\xff\x85"))
    yield "size_overflows", one(tensor(size=big + big + b"\x86", stride=b"K\x01K\x01\x86"))
    yield "size_not_a_number", one(tensor(size=text("2") + b"\x85"))
    yield "size_not_a_tuple", one(tensor(size=b"K\x02"))
    yield "size_of_70_axes", one(tensor(size=b"(" + b"K\x01" * 70 + b"t", stride=b"(" + b"K\x01" * 70 + b"t"))
    yield "expanded", one(tensor(size=b"J\x00\x00\x00\x10\x85", stride=b"K\x00\x85"))
    yield "stride_overflows", one(tensor(stride=big + b"\x85", size=b"K\x7f\x85"))
    yield "stride_of_other_rank", one(tensor(stride=b"K\x01K\x01\x86"))
    yield "negated", one(tensor(tail=b"}" + text("neg") + b"\x88s"))
    yield "same_name_twice", b"\x80\x02}(" + text("x") + tensor() + text("x") + tensor() + b"u."
    yield "name_is_a_number", b"\x80\x02}K\x05" + tensor() + b"s."
    yield "tensor_alone", b"\x80\x02" + tensor() + b"."
    yield "list", b"\x80\x02]" + tensor() + b"a."
    yield "no_tensors", dumped({"epoch": 3})
    yield "nothing", dumped(None)
    yield "several", b"\x80\x02}(" + b"".join(text(n) + one(tensor())[2:-1] for n in "ab") + b"u."
    yield "inside_itself", b"\x80\x02}q\x00" + text("model") + b"h\x00s."
    yield "deep_tuples", b"\x80\x02" + b")" + b"\x85" * 50000 + b"."
    yield "deep_lists", b"\x80\x02" + b"]" * 30000 + b"a" * 29999 + b"."
    yield "deep_dictionaries", b"\x80\x02" + (b"}" + text("model")) * 4000 + b"N" + b"s" * 4000 + b"."
    yield "laughs", b"\x80\x02]q\x00" + b"".join(
        b"](" + b"h" + bytes([i]) + (b"h" + bytes([i])) * 9 + b"eq" + bytes([i + 1]) for i in range(200)) + b"."
    yield "memo_huge", b"\x80\x02}r\xff\xff\xff\xff."
    yield "memo_unset", b"\x80\x02h\x05."
    yield "text_huge", b"\x80\x02X\xff\xff\xff\x7fabc."
    yield "text_huger", b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffabc."
    yield "bytes_huge", b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7fabc."
    yield "text_not_utf8", one(b"X\x02\x00\x00\x00\xc3\x28")
    yield "name_endless", b"\x80\x02c" + b"a" * 5000
    yield "unknown_instruction", b"\x80\x02\xff."
    yield "text_protocol", b"(dp0\nS'x'\np1\nI1\ns."
    yield "protocol_9", b"\x80\x09}."
    yield "stack_empty", b"\x80\x02."
    yield "stack_below_mark", b"\x80\x02}(s."
    yield "mark_missing", b"\x80\x02}t."
    yield "odd_items", b"\x80\x02}(Nu."
    yield "truncated", one(tensor())[:60]
    yield "empty", b""


def write_hostile():
    directory = HERE / "hostile"
    directory.mkdir(exist_ok=True)
    for name, data in hostile():
        # The long ones deflated, so that the repository does not carry thousands of equal bytes.
        with zipfile.ZipFile(directory / f"{name}.bin", "w", zipfile.ZIP_DEFLATED) as file:
            method = zipfile.ZIP_DEFLATED if len(data) > 4000 else zipfile.ZIP_STORED
            file.writestr(zipfile.ZipInfo("x/data.pkl"), data, method)
            file.writestr(zipfile.ZipInfo("x/data/0"), struct.pack("<2f", 1, 2), zipfile.ZIP_STORED)


def main():
    sharded()
    pytorch()
    write_hostile()


if __name__ == "__main__":
    main()
