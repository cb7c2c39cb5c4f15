"""Makes optimizers.safetensors beside this file: a few steps of torch's and transformers' optimisers.

    pip install torch transformers        # made with torch 2.13.0 and transformers 5.18.0
    python model/src/test/resources/train/make_optimizer_golden.py

For tensors `matrix` [5, 7] and `vector` [6]:

    NAME.start   the parameter at first
    NAME.grad.S  its gradient at step S = 1, 2, 3
    KIND.NAME.S  the parameter after step S, for KIND adamw and adafactor; weight decay for the matrix alone

And of the golden model train_lm, whose gradient is clipped to the length `clip`, three steps of AdamW:

    model.loss         [3] before every step
    model.norm         [3] length of the gradient before clipping
    model.param.NAME   parameters after the third step

All in float64.
"""

import importlib.util
import json
import pathlib
from unittest import mock

import torch
from safetensors.torch import load_file, save_file
from transformers import Adafactor, ReformerConfig, ReformerModelWithLMHead
from transformers.models.reformer import modeling_reformer as hf

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden"
STEPS = (1, 2, 3)
RATE = 3e-3
DECAY = 0.1
CLIP = 1.0

spec = importlib.util.spec_from_file_location("make_model_golden", GOLDEN / "make_model_golden.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)


def groups(parameters):
    """Weight decay is for tensors of more than one axis."""
    parameters = list(parameters)
    return [dict(params=[p for p in parameters if p.dim() > 1], weight_decay=DECAY),
            dict(params=[p for p in parameters if p.dim() <= 1], weight_decay=0.0)]


def adamw(parameters):
    return torch.optim.AdamW(groups(parameters), lr=RATE, betas=(0.9, 0.98), eps=1e-8)


def adafactor(parameters):
    return Adafactor(groups(parameters), lr=RATE, scale_parameter=False, relative_step=False)


def small(tensors):
    generator = torch.Generator().manual_seed(1)
    shapes = dict(matrix=(5, 7), vector=(6,))
    for name, shape in shapes.items():
        tensors[f"{name}.start"] = torch.randn(shape, generator=generator, dtype=torch.float32)
        for step in STEPS:
            scale = 10.0 ** (1 - step)  # gradients of very different lengths
            tensors[f"{name}.grad.{step}"] = scale * torch.randn(shape, generator=generator, dtype=torch.float32)
    for kind, make in dict(adamw=adamw, adafactor=adafactor).items():
        parameters = {name: torch.nn.Parameter(tensors[f"{name}.start"].double()) for name in shapes}
        optimizer = make(parameters.values())
        for step in STEPS:
            for name, parameter in parameters.items():
                parameter.grad = tensors[f"{name}.grad.{step}"].double()
            optimizer.step()
            for name, parameter in parameters.items():
                tensors[f"{kind}.{name}.{step}"] = parameter.detach().clone()


def whole_model(tensors):
    directory = GOLDEN / "train_lm"
    config = ReformerConfig(**json.loads((directory / "config.json").read_text()))
    ids = load_file(directory / "gradients.safetensors")["ids"]
    model = golden.in_double(ReformerModelWithLMHead, config, load_file(directory / "model.safetensors"), train=True)
    optimizer = adamw(model.parameters())
    losses, norms = [], []
    with mock.patch.object(hf.LSHSelfAttention, "_hash_vectors", golden.hash_with_care):
        for _ in STEPS:
            optimizer.zero_grad()
            loss = golden.loss_of(ReformerModelWithLMHead, model, ids, ids)
            loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP))
            losses.append(loss.detach())
            optimizer.step()
    tensors["model.loss"] = torch.stack(losses)
    tensors["model.norm"] = torch.stack(norms)
    for name, parameter in model.named_parameters():
        tensors[f"model.param.{name}"] = parameter.detach()


if __name__ == "__main__":
    torch.set_num_threads(1)
    result = {}
    small(result)
    whole_model(result)
    save_file({name: value.clone().contiguous() for name, value in result.items()}, HERE / "optimizers.safetensors")
    print(result["model.loss"], result["model.norm"])
