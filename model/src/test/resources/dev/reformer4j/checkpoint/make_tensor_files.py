"""Makes the golden tensor files beside this script.

    pip install numpy safetensors torch
    python make_tensor_files.py

Numbers are chosen by hand, so that the tests can say what they must be; the files are what the official writers make
of them, byte for byte, and the project's own writers must make the same.
"""

import struct
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent

FLOATS = [0.0, -0.0, 1.0, -2.5, 0.1, 65504.0, 5.9604645e-08, float("inf"), -float("inf"), 3.1415927, -1e-3]


def every_dtype():
    """One small tensor of every dtype that Java reads, with the extremes of its range."""
    nan = np.frombuffer(struct.pack("<I", 0x7FA12345), "<f4")  # a signalling NaN with a payload
    f32 = torch.from_numpy(np.concatenate([np.array(FLOATS, "<f4"), nan]).reshape(3, 4))
    integers = {
        name: torch.tensor([torch.iinfo(dtype).min, torch.iinfo(dtype).max, 7], dtype=dtype)
        for name, dtype in {
            "i8": torch.int8,
            "i16": torch.int16,
            "i32": torch.int32,
            "i64": torch.int64,
            "u8": torch.uint8,
            "u16": torch.uint16,
            "u32": torch.uint32,
        }.items()
    }
    return {
        "f32": f32,
        "f64": torch.tensor(FLOATS, dtype=torch.float64),
        "f16": torch.tensor(FLOATS, dtype=torch.float16),
        "bf16": torch.tensor(FLOATS, dtype=torch.bfloat16),
        "bool": torch.tensor([[True, False], [False, True]]),
        "scalar": torch.tensor(42.0),
        "empty": torch.zeros(2, 0, 3),
        "complex": torch.tensor([1 + 2j], dtype=torch.complex64),
        "f8": torch.tensor([1.0], dtype=torch.float8_e4m3fn),
        **integers,
    }


def writable():
    """What the project writes: these bytes are what its writer must make."""
    ramp = torch.arange(7, dtype=torch.float32) / 3
    return {
        "zeta": ramp,
        "alpha": ramp.reshape(1, 7).clone(),
        "half": ramp.to(torch.float16),
        "brain": ramp.to(torch.bfloat16),
        "ids": torch.tensor([[-1, 2**31 - 1]], dtype=torch.int32),
        "long": torch.tensor([-(2**63), 5], dtype=torch.int64),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 5),
        'quoted "name" / ü 😀': torch.tensor([1.0]),
        "\uffee": torch.tensor([2.0]),  # sorts before the one above as UTF-8, after it as UTF-16
        "\U0001f600": torch.tensor([3.0]),
    }


def arrays():
    """One array to a file."""
    ramp = np.arange(6, dtype="<f4").reshape(2, 3) / 3
    return {
        "f4": ramp,
        "f4_big": ramp.astype(">f4"),
        "f8": ramp.astype("<f8"),
        "f8_big": ramp.astype(">f8"),
        "f2": ramp.astype("<f2"),
        "f2_big": ramp.astype(">f2"),
        "i4": np.array([-1, 2**31 - 1], "<i4"),
        "i8_big": np.array([-(2**40), 7], ">i8"),
        "u1": np.array([0, 255], "|u1"),
        "bool": np.array([True, False, True]),
        "scalar": np.array(2.5, "<f4"),
        "empty": np.zeros((0, 3), "<f4"),
        "fortran": np.asfortranarray(ramp),
        "fortran_i4": np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)),
        "complex": np.array([1j], "<c8"),
        "structured": np.zeros(1, [("a", "<f4")]),
        "long_shape": np.zeros([1] * 30, "<f4"),
    }


def main():
    save_file(every_dtype(), HERE / "every_dtype.safetensors", metadata={"format": "pt"})
    save_file(writable(), HERE / "writable.safetensors", metadata={"format": "pt"})
    for name, array in arrays().items():
        np.save(HERE / f"{name}.npy", array)
    ramp = arrays()["f4"]
    for version in [(2, 0), (3, 0)]:
        with open(HERE / f"version_{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, ramp, version)
    np.save(HERE / "object.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)


if __name__ == "__main__":
    main()
