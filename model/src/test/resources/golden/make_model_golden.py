"""Makes the golden models beside this file: tiny random Reformers, and what Hugging Face computes with them.

    pip install torch transformers        # made with torch 2.13.0 and transformers 5.18.0
    python model/src/test/resources/golden/make_model_golden.py

One directory per model, as `save_pretrained` writes it (or as older versions did, or in shards), with float32 weights;
beside it expected.safetensors with several inputs, by number:

    N.ids      [n]        token ids
    N.mask     [n]        1 for a token, 0 for padding, at which the outputs below say nothing (absent: no padding)
    N.hidden   [n, 2d]    last_hidden_state
    N.logits   [n, vocab] of a language model with `lm_head.bias` added, which transformers 5.18 does not do;
               [labels]   of a classifier; [n, 2] of question answering
    N.unbiased [n, vocab] what transformers 5.18 gives (for the first input of a model)
    N.greedy   [n]        ids that follow, each the likeliest after a full pass over all before it

and for the models in training mode without dropout, gradients.safetensors: `ids`, `labels`, `loss` and `grad.NAME`.

All is computed in float64, since Hugging Face's float32 is off by up to 1e-2 for tokens that see only themselves; only
the rotations are drawn in float32, as a float32 model draws them. Data are chosen so that float32 cannot find another
bucket or another likeliest token.
"""

import json
import math
import pathlib
import shutil
from unittest import mock

import torch
from safetensors.torch import save_file
from transformers import (
    ReformerConfig, ReformerForMaskedLM, ReformerForQuestionAnswering, ReformerForSequenceClassification, ReformerModel,
    ReformerModelWithLMHead)
from transformers.models.reformer import modeling_reformer as hf

HERE = pathlib.Path(__file__).parent
CLOSEST_RACE = 1e-4  # least distance of the best two rotated values, of a vector of length 1
CLOSEST_TOKENS = 1e-2  # least distance of the best two logits where the best is chosen
ATTEMPTS = 100

randn = torch.randn


class CloseRace(Exception):
    """float32 might decide otherwise; other data must be tried."""


# ---------------------------------------------------------------- Hugging Face in float64

def draw_in_float32(*args, dtype=None, **kwargs):
    return randn(*args, dtype=torch.float32, **kwargs).to(dtype)


hash_vectors = hf.LSHSelfAttention._hash_vectors


def hash_with_care(self, vectors, num_hashes, attention_mask, increase_num_buckets=False):
    """Hashes, and raises if two buckets of a token are nearly as good."""
    drawn = []

    def draw(*args, **kwargs):
        drawn.append(draw_in_float32(*args, **kwargs))
        return drawn[-1]

    with mock.patch.object(torch, "randn", draw):
        buckets = hash_vectors(self, vectors, num_hashes, attention_mask, increase_num_buckets)
    factors = [self.num_buckets] if isinstance(self.num_buckets, int) else self.num_buckets
    directions = torch.nn.functional.normalize(vectors.detach(), dim=-1)
    rotated = torch.einsum("bmtd,mdhr->bmhtr", directions, drawn[0])
    if attention_mask is not None:
        rotated = rotated[:, :, :, attention_mask[0].bool()]
    for part in rotated.split([factor // 2 for factor in factors], dim=-1):
        best = torch.cat([part, -part], dim=-1).topk(2, dim=-1).values
        if (best[..., 0] - best[..., 1]).min() < CLOSEST_RACE:
            raise CloseRace
    return buckets


def in_double(model_class, config, state, train=False):
    """A fresh model: a null `num_buckets` is fixed by the first pass."""
    model = model_class(ReformerConfig(**config.to_dict())).double()
    missing, unexpected = model.load_state_dict({name: value.double() for name, value in state.items()}, strict=False)
    assert not missing and not unexpected, (missing, unexpected)
    return model.train(train)


# ---------------------------------------------------------------- weights and inputs

def random_state(model, generator):
    """Weights as a trained model might have them: with them attention matters and no bias is zero."""
    state = {}
    for name, parameter in model.state_dict().items():
        values = randn(parameter.shape, generator=generator, dtype=torch.float32)
        if "embeddings" in name:
            state[name] = 0.7 * values
        elif "layer_norm.weight" in name:
            state[name] = 1 + 0.2 * values
        elif parameter.dim() == 1:
            state[name] = 0.3 * values
        else:
            state[name] = 1.3 * values / math.sqrt(parameter.shape[-1])
    return state


def random_ids(config, n, generator):
    return torch.randint(1, config.vocab_size, (n,), generator=generator)


def outputs(model_class, config, state, ids, mask=None):
    """Hidden states and logits of one input."""
    model = in_double(model_class, config, state)
    with torch.no_grad():
        result = {}
        base = model if model_class is ReformerModel else model.reformer
        arguments = dict(input_ids=ids[None], attention_mask=None if mask is None else mask[None])
        result["hidden"] = base(**arguments).last_hidden_state[0]
        if model_class is ReformerForQuestionAnswering:
            answer = model(**arguments)
            result["logits"] = torch.stack([answer.start_logits[0], answer.end_logits[0]], dim=-1)
        elif model_class is not ReformerModel:
            result["logits"] = model(**arguments).logits[0]
        if "lm_head.bias" in state:
            result["unbiased"] = result["logits"]
            result["logits"] = result["unbiased"] + state["lm_head.bias"].double()
    return result


def check_padding(model_class, config, state, ids, padding, alone):
    """Whatever stands behind a mask, the tokens before it have what they have alone."""
    mask = torch.tensor([1] * len(ids) + [0] * len(padding))
    padded = outputs(model_class, config, state, torch.cat([ids, padding]), mask)
    for key, value in alone.items():
        assert torch.allclose(padded[key][:len(value)], value, rtol=0, atol=1e-9), key


def greedy(config, state, prompt, count):
    """The likeliest continuation, `lm_head.bias` included, by full passes."""
    ids = prompt
    for _ in range(count):
        logits = outputs(ReformerModelWithLMHead, config, state, ids)["logits"][-1]
        best = logits.topk(2).values
        if best[0] - best[1] < CLOSEST_TOKENS:
            raise CloseRace
        ids = torch.cat([ids, logits.argmax()[None]])
    return ids[len(prompt):]


def attempts(make):
    """The first data without a close race."""
    for seed in range(ATTEMPTS):
        try:
            return make(torch.Generator().manual_seed(seed))
        except CloseRace:
            pass
    raise SystemExit(f"{ATTEMPTS} attempts had close races: use other weights or fewer tokens")


# ---------------------------------------------------------------- models

def settings(layers, d=16, **more):
    """Small sizes, none equal to another."""
    chosen = dict(
        attn_layers=layers, hidden_size=d, num_attention_heads=2, attention_head_size=6, feed_forward_size=22,
        vocab_size=29, axial_pos_shape=[8, 16], axial_pos_embds_dim=[d // 4, d - d // 4],
        max_position_embeddings=128, lsh_attn_chunk_length=8, local_attn_chunk_length=8, num_buckets=8,
        hash_seed=7, chunk_size_feed_forward=0)
    return chosen | more


def rewritten(directory, state, layout):
    """Replaces model.safetensors by what older or larger models come in."""
    if layout == "old":
        old = dict(state)
        old["lm_head.decoder.bias"] = old["lm_head.bias"].clone()
        for name in [n for n in state if n.endswith("attention.self_attention.value.weight")]:
            for buffer in ("mask_value_float16", "mask_value_float32"):
                old[name.replace("value.weight", buffer)] = torch.tensor(-1e4 if "16" in buffer else -1e9)
        torch.save(old, directory / "pytorch_model.bin")
        (directory / "model.safetensors").unlink()


def write(directory, name, tensors):
    save_file({key: value.clone().contiguous() for key, value in tensors.items()}, directory / name)


def model(name, model_class, config, lengths, padded=(), masks=(), prompts=(), layout="safetensors", gradients=False):
    """One directory.

    lengths: of the inputs; padded: pairs of tokens and padding behind them, which must not matter; masks: where padding
    is ('.') in further inputs; prompts: pairs of a length and how many ids to add.
    """
    config = ReformerConfig(**config)
    directory = HERE / name
    shutil.rmtree(directory, ignore_errors=True)

    def make(generator):
        made = model_class(ReformerConfig(**config.to_dict()))
        state = random_state(made, generator)
        made.load_state_dict(state)
        made.save_pretrained(directory, max_shard_size="12KB" if layout == "shards" else "5GB")
        rewritten(directory, state, layout)
        expected = {}
        inputs = [(n, "", 0, 0) for n in lengths] + [(n, "", more, 0) for n, more in padded]
        inputs += [(len(mask), mask, 0, 0) for mask in masks] + [(n, "", 0, more) for n, more in prompts]
        for index, (n, mask, padding, following) in enumerate(inputs):
            ids = random_ids(config, n, generator)
            expected[f"{index}.ids"] = ids
            tokens = None
            if mask:
                tokens = expected[f"{index}.mask"] = torch.tensor([int(c == "#") for c in mask])
            found = outputs(model_class, config, state, ids, tokens)
            if padding:
                check_padding(model_class, config, state, ids, random_ids(config, padding, generator), found)
            if index:
                found.pop("unbiased", None)
            for key, value in found.items():
                expected[f"{index}.{key}"] = value
            if following:
                expected[f"{index}.greedy"] = greedy(config, state, ids, following)
        if gradients:
            write(directory, "gradients.safetensors", gradient(model_class, config, state, generator))
        write(directory, "expected.safetensors", expected)

    with mock.patch.object(hf.LSHSelfAttention, "_hash_vectors", hash_with_care):
        attempts(make)
    size = sum(file.stat().st_size for file in directory.iterdir())
    print(f"{name}: {size / 1000:.0f} kB")


# ---------------------------------------------------------------- gradients

def labels_of(model_class, config, ids, generator):
    if model_class is ReformerForSequenceClassification:
        return torch.tensor([1])
    if model_class is ReformerForQuestionAnswering:
        return torch.tensor([3, 17])
    if model_class is ReformerForMaskedLM:
        hidden = torch.rand(len(ids), generator=generator) < 0.3
        return torch.where(hidden, random_ids(config, len(ids), generator), -100)
    return ids


def loss_of(model_class, made, ids, labels):
    """The loss that Hugging Face computes, but in float64 throughout, and with `lm_head.bias`."""
    entropy = torch.nn.functional.cross_entropy
    output = made(input_ids=ids[None])
    if model_class is ReformerForQuestionAnswering:
        return (entropy(output.start_logits, labels[:1]) + entropy(output.end_logits, labels[1:])) / 2
    if model_class is ReformerForSequenceClassification:
        return entropy(output.logits, labels)
    logits = output.logits[0] + made.lm_head.bias
    if model_class is ReformerForMaskedLM:
        return entropy(logits, labels)
    return entropy(logits[:-1], labels[1:])


def gradient(model_class, config, state, generator):
    """Loss and gradients of one input in training mode; Hugging Face allows one length only, the axial product."""
    ids = random_ids(config, math.prod(config.axial_pos_shape), generator)
    labels = labels_of(model_class, config, ids, generator)
    made = in_double(model_class, config, state, train=True)
    loss = loss_of(model_class, made, ids, labels)
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in made.named_parameters()}
    check_slope(model_class, config, state, ids, labels, gradients, generator)
    return dict(ids=ids, labels=labels, loss=loss.detach()) | {f"grad.{n}": g for n, g in gradients.items()}


def check_slope(model_class, config, state, ids, labels, gradients, generator):
    """The gradient must foretell how the loss changes along a random direction."""
    direction = {n: randn(g.shape, generator=generator, dtype=torch.float64) for n, g in gradients.items()}
    foretold = sum((gradients[n] * direction[n]).sum() for n in gradients).item()
    step = 1e-6
    losses = []
    for sign in (1, -1):
        moved = {n: v.double() + sign * step * direction[n] for n, v in state.items()}
        with torch.no_grad():
            made = in_double(model_class, config, moved, train=True)
            losses.append(loss_of(model_class, made, ids, labels).item())
    seen = (losses[0] - losses[1]) / (2 * step)
    assert abs(seen - foretold) < 1e-5 * max(1, abs(foretold)), (seen, foretold)


NO_DROPOUT = dict(
    hidden_dropout_prob=0.0, local_attention_probs_dropout_prob=0.0, lsh_attention_probs_dropout_prob=0.0)


# ---------------------------------------------------------------- the grid

def all_models():
    lm, mlm = ReformerModelWithLMHead, ReformerForMaskedLM
    classifier, answers = ReformerForSequenceClassification, ReformerForQuestionAnswering
    causal = dict(is_decoder=True)
    learned = dict(axial_pos_embds=False)

    model("lm_lsh", lm, settings(["lsh"] * 2, num_hashes=2, **causal), [1, 5, 8, 9, 16, 37, 101, 128],
          prompts=[(3, 20), (21, 20)])
    model("lm_local", lm, settings(["local"] * 2, hidden_act="gelu", local_num_chunks_before=2, **learned, **causal),
          [1, 3, 8, 21, 40, 100], prompts=[(5, 30)])
    model("lm_mixed", lm, settings(
        ["local", "lsh", "local", "lsh"], num_attention_heads=3, attention_head_size=5, num_buckets=[4, 6], num_hashes=3,
        hidden_act="silu", hash_seed=-3, **causal), [7, 16, 35, 77], padded=[(13, 3), (12, 4), (4, 3), (25, 7)],
        masks=["..##############", "......####################.#####..."], prompts=[(6, 20)])
    model("lm_chunks_8_16", lm, settings(
        ["lsh", "local"], lsh_attn_chunk_length=16, hidden_act="gelu_new", **causal), [8, 9, 16, 17, 40, 64])
    model("lm_chunks_16_8", lm, settings(
        ["local", "lsh"], local_attn_chunk_length=16, num_hashes=4, hidden_act="quick_gelu", **causal),
        [8, 9, 15, 16, 17, 41])
    # the common multiple is 12: whole chunks of padding
    model("lm_chunks_4_6", lm, settings(
        ["local", "lsh", "lsh"], local_attn_chunk_length=4, lsh_attn_chunk_length=6, num_hashes=2, hidden_act="mish",
        **causal), [3, 4, 5, 6, 7, 12, 13, 25, 36], prompts=[(2, 25)])
    model("lm_auto_buckets", lm, settings(
        ["lsh"] * 2, lsh_attn_chunk_length=2, num_buckets=None, hidden_act="sigmoid", **causal), [2, 3, 5, 16, 40, 127])
    model("lm_factors", lm, settings(
        ["lsh"], num_buckets=[2, 4, 2], num_hashes=4, hash_seed=2**40 + 5, hidden_act="tanh",
        lsh_num_chunks_before=2, **causal), [16, 24, 50])
    model("lm_in_chunks", lm, settings(
        ["local", "lsh"], chunk_size_feed_forward=4, chunk_size_lm_head=8, hidden_act="leaky_relu", **causal), [8, 16, 48])
    model("lm_own_chunk", lm, settings(
        ["local", "lsh"], local_num_chunks_before=0, lsh_num_chunks_before=0, num_buckets=[4], hidden_act="relu6",
        eos_token_id=[2, 5], pad_token_id=28, **causal), [8, 30])
    model("lm_old", lm, settings(["local", "lsh"], num_hashes=2, **learned, **causal), [20], layout="old")
    model("lm_shards", lm, settings(["lsh", "local"], **causal), [20], layout="shards")
    model("lm_wide", lm, settings(
        ["local", "lsh"], d=64, num_attention_heads=4, attention_head_size=16, feed_forward_size=130, num_hashes=2,
        num_buckets=[4, 4], lsh_attn_chunk_length=16, local_attn_chunk_length=16, axial_pos_shape=[16, 16],
        max_position_embeddings=256, vocab_size=67, hidden_act="gelu_pytorch_tanh", **causal), [150])

    model("mlm_mixed", mlm, settings(
        ["local", "lsh"], local_attn_chunk_length=4, local_num_chunks_after=1, lsh_num_chunks_after=1, num_hashes=2,
        hidden_act="relu2", **learned), [4, 6, 8, 16, 19, 60], padded=[(19, 5), (9, 7)],
        masks=["...#############.####.....", "#..#"])
    model("mlm_local", mlm, settings(["local"] * 2, local_num_chunks_before=0, local_num_chunks_after=2), [8, 24, 27],
          masks=["....############.....####"])
    model("mlm_chunks_4_6", mlm, settings(
        ["local", "lsh"], local_attn_chunk_length=4, lsh_attn_chunk_length=6, local_num_chunks_after=1,
        lsh_num_chunks_before=2, num_hashes=2), [3, 5, 13, 14, 24, 25])
    model("classifier", classifier, settings(
        ["lsh", "local"], id2label={0: "no", 1: "yes", 2: "perhaps"}, label2id={"no": 0, "yes": 1, "perhaps": 2},
        num_hashes=2), [1, 4, 20, 24], padded=[(20, 4)],
        masks=["#######.............####"])
    model("answers", answers, settings(["lsh", "lsh"], lsh_num_chunks_after=1), [5, 31, 32],
          masks=["########.##########...##"])
    model("headless", ReformerModel, settings(["local", "lsh"], hidden_act="linear"), [11, 40])
    model("headless_causal", ReformerModel, settings(
        ["lsh", "local"], lsh_num_chunks_after=1, local_num_chunks_after=1, **learned, **causal), [11, 40])

    small = settings(["local", "lsh"], axial_pos_shape=[4, 8], max_position_embeddings=32, num_hashes=2,
                     hidden_act="gelu", **NO_DROPOUT)
    model("train_lm", lm, small | causal, [32], gradients=True)
    model("train_mlm", mlm, small | learned | dict(
        attn_layers=["lsh", "local", "lsh"], hidden_act="silu", lsh_num_chunks_after=1, local_num_chunks_after=1), [32],
        gradients=True)
    model("train_classifier", classifier, small | dict(num_buckets=[4, 2], num_labels=3), [32], gradients=True)
    model("train_answers", answers, small | dict(attn_layers=["local"]), [32], gradients=True)


# ---------------------------------------------------------------- automatic buckets

def all_buckets():
    """Rows of length, chunk, longest length and the factors that come of them."""
    rows = []
    for chunk in (1, 2, 3, 4, 7, 64, 256):
        for longest in (1, 64, 100, 4096, 65536, 524288):
            for chunks in (2, 3, 4, 5, 7, 8, 15, 16, 31, 33, 64, 100, 127, 128, 129, 1000, 1024, 8192, 100003):
                layer = hf.LSHSelfAttention(ReformerConfig(
                    lsh_attn_chunk_length=chunk, max_position_embeddings=longest, hidden_size=1, num_attention_heads=1,
                    attention_head_size=1))
                layer._set_num_buckets(chunks * chunk)
                factors = layer.num_buckets if isinstance(layer.num_buckets, list) else [layer.num_buckets]
                rows.append([chunks * chunk, chunk, longest, *factors])
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    (HERE / "buckets.json").write_text('{"rows": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    all_models()
    all_buckets()
