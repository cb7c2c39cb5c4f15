"""Makes the golden data beside this file: what torch and Hugging Face transformers compute, in double precision.

    pip install torch transformers        # made with torch 2.13.0 and transformers 5.18.0
    python attention/src/test/resources/golden/make_golden.py

Inputs are float32 numbers, rotations are drawn in float32 and then cast, everything else is float64: in float32
Hugging Face itself is off by up to 1e-2 for tokens that see only themselves (their logit is -1e5).

Every file is one JSON object of flat, row-major arrays; null stands for "no mask", "no seed" (rotations given) and "not
hashed". A sequence that is no multiple of the chunk, which Hugging Face refuses, is padded with masked tokens and the
padding is cut off again: the tokens that remain must not notice.
"""

import json
import math
import pathlib
from unittest import mock

import torch
from transformers import ReformerConfig
from transformers.models.reformer import modeling_reformer as hf

HERE = pathlib.Path(__file__).parent
CLOSEST_RACE = 1e-4  # least distance of the two best rotated values, so that float32 must find the same bucket

randn = torch.randn
written = []  # the names of all files, in order


# ---------------------------------------------------------------- numbers

def numbers(generator, *shape):
    """Normal numbers rounded to 1/256: exact in float32, and short to write."""
    return torch.round(randn(shape, generator=generator, dtype=torch.float64) * 256) / 256


def flat(tensor, digits=13):
    values = tensor.detach().reshape(-1).tolist()
    return [float(f"{v:.{digits}g}") for v in values] if tensor.is_floating_point() else [int(v) for v in values]


def optional(mask):
    return None if mask is None else flat(mask)


def write(name, case):
    written.append(name)
    lines = [f' "{key}": {json.dumps(value, separators=(",", ":"), allow_nan=False)}' for key, value in case.items()]
    path = HERE / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def tokens(*rows):
    """Masks as text: '#' is a token, '.' is padding."""
    return torch.tensor([[int(c == "#") for c in row] for row in rows])


# ---------------------------------------------------------------- driving Hugging Face

def config(heads, d, inputs, **settings):
    return ReformerConfig(
        hidden_size=inputs * heads * d, num_attention_heads=heads, attention_head_size=d, axial_pos_embds=False,
        lsh_attention_probs_dropout_prob=0.0, local_attention_probs_dropout_prob=0.0, **settings)


def pick(layer, index):
    """Makes a projection that picks the `index`-th of the tensors that stand side by side in the hidden states."""
    rows = layer.weight.shape[0]
    with torch.no_grad():
        layer.weight.zero_()
        layer.weight[:, index * rows:(index + 1) * rows] = torch.eye(rows, dtype=layer.weight.dtype)


def side_by_side(length, *tensors):
    """[batch, heads, n, d] each -> hidden states [batch, length, tensors * heads * d], zeros behind n."""
    states = torch.cat([t.transpose(1, 2).flatten(2) for t in tensors], dim=-1)
    return torch.nn.functional.pad(states, (0, 0, 0, length - states.shape[1])).requires_grad_()


def apart(states, n, heads, d):
    """The inverse of `side_by_side`."""
    return [t[:, :n].unflatten(-1, (heads, d)).transpose(1, 2) for t in states.split(heads * d, dim=-1)]


def padding_mask(mask, batch, n, length):
    """What Hugging Face gets as attention mask; None if nothing is masked."""
    if mask is None and length == n:
        return None
    mask = torch.ones(batch, n, dtype=torch.int64) if mask is None else mask
    return torch.nn.functional.pad(mask, (0, length - n))


def whole_chunks(n, chunk):
    return n if n <= chunk else -(-n // chunk) * chunk


# ---------------------------------------------------------------- LSH attention

class Recorder:
    """Stands in for `ReverseSort`, and keeps the logsumexp of every round in original order."""

    def __init__(self):
        self.original = hf.ReverseSort
        self.logits = None

    def apply(self, *args):
        output, self.logits = self.original.apply(*args)
        return output, self.logits


class Recording(hf.LSHSelfAttention):
    """Keeps the logsumexp of input that is too short to be sorted."""

    def _attend(self, *args, **kwargs):
        output, self.logits, probs = super()._attend(*args, **kwargs)
        return output, self.logits, probs


def check_races(qk, rotations, factors):
    rotated = torch.einsum("bmtd,mdhr->bmhtr", qk, rotations.double())
    for part in rotated.split([factor // 2 for factor in factors], dim=-1):
        best = torch.cat([part, -part], dim=-1).topk(2, dim=-1).values
        closest = (best[..., 0] - best[..., 1]).min().item()
        if closest < CLOSEST_RACE:
            raise SystemExit(f"two rotated values are only {closest:.1e} apart: choose another data seed")


def lsh(name, data, n, causal, *, batch=1, heads=2, d=8, chunk=8, buckets=(8,), rounds=2, before=1, after=0, seed=None,
        mask=None):
    """One case of LSHSelfAttention; rotations by `hash_seed` if there is a seed, else given."""
    generator = torch.Generator().manual_seed(data)
    qk, v, gradient = (numbers(generator, batch, heads, n, d) for _ in range(3))
    given = randn((heads, d, rounds, sum(buckets) // 2), generator=generator, dtype=torch.float32)
    drawn = []

    def draw(shape, device, dtype):
        drawn.append(given if seed is None else randn(shape, dtype=torch.float32))
        assert drawn[-1].shape == given.shape
        return drawn[-1].to(dtype)

    layer = Recording(config(
        heads, d, 2, attn_layers=["lsh"], lsh_attn_chunk_length=chunk, lsh_num_chunks_before=before,
        lsh_num_chunks_after=after, num_buckets=buckets[0] if len(buckets) == 1 else list(buckets), num_hashes=rounds,
        hash_seed=seed, is_decoder=causal)).double().eval()
    pick(layer.query_key, 0)
    pick(layer.value, 1)
    length = whole_chunks(n, chunk)
    states = side_by_side(length, qk, v)
    recorder = Recorder()
    with mock.patch.object(torch, "randn", draw), mock.patch.object(hf, "ReverseSort", recorder):
        result = layer(states, attention_mask=padding_mask(mask, batch, n, length))
    (output,) = apart(result.hidden_states, n, heads, d)
    output.backward(gradient)
    qk_gradient, v_gradient = apart(states.grad, n, heads, d)

    rotations = ids = order = None
    if n > chunk:
        check_races(qk, drawn[0], buckets)
        extra = mask is not None or length > n
        in_round = result.buckets - (math.prod(buckets) + extra) * torch.arange(rounds)[:, None]
        sorted_tokens = in_round.argsort(dim=-1, stable=True)
        rotations = flat(drawn[0], 9)
        ids = flat(in_round[..., :n])
        order = flat(sorted_tokens[sorted_tokens < n])
        logits = recorder.logits.unflatten(-1, (rounds, length)).logsumexp(dim=2)[..., :n]
    else:
        logits = layer.logits.squeeze(-1)
    write(name, dict(
        rounds=rounds, buckets=list(buckets), chunk=chunk, before=before, after=after, causal=causal, batch=batch,
        heads=heads, n=n, d=d, seed=seed, mask=optional(mask), query=flat(qk), value=flat(v), rotations=rotations,
        ids=ids, order=order, output=flat(output), logSumExp=flat(logits, 17), outputGradient=flat(gradient),
        queryGradient=flat(qk_gradient), valueGradient=flat(v_gradient)))


def all_lsh():
    lsh("lsh/causal_1_round", 1, 32, True, rounds=1, seed=0)
    lsh("lsh/causal_4_rounds", 2, 48, True, batch=2, buckets=(6,), rounds=4, seed=7)
    lsh("lsh/both_ways_2_rounds", 3, 40, False, buckets=(10,), after=1, seed=12345)
    lsh("lsh/given_rotations", 4, 40, True, rounds=3, before=2)
    lsh("lsh/own_chunk_only", 5, 24, True, heads=1, d=16, chunk=4, rounds=4, before=0, seed=7)
    lsh("lsh/own_chunk_only_both_ways", 6, 24, False, heads=1, d=16, chunk=4, before=0, buckets=(4,))
    lsh("lsh/only_after", 7, 32, False, before=0, after=1)
    lsh("lsh/factors_4x6", 8, 64, False, buckets=(4, 6))
    lsh("lsh/factors_2x4x2", 9, 48, True, buckets=(2, 4, 2), rounds=4, seed=0)
    lsh("lsh/masked_both_ways", 10, 40, False, batch=2, after=1, seed=0, mask=tokens(
        "##########.####....######..#####........", "........################################"))
    lsh("lsh/masked_causal_factors", 11, 48, True, batch=2, buckets=(4, 2), rounds=4, seed=12345, mask=tokens(
        "...#############################################", "############.######.............#######........."))
    lsh("lsh/masked_given_rotations", 12, 32, True, before=1, after=1, mask=tokens("####################............"))
    lsh("lsh/length_50", 13, 50, True, seed=7)
    lsh("lsh/length_37_both_ways", 114, 37, False, after=1, rounds=4, buckets=(4, 4), seed=0)
    lsh("lsh/length_41_masked", 15, 41, False, rounds=3, seed=12345, mask=tokens(
        "#######################.......####....###"))
    lsh("lsh/other_chunk_twice", 16, 16, False, rounds=1, after=1, buckets=(4,), seed=0)
    lsh("lsh/own_chunk_twice", 17, 16, True, rounds=1, before=2, buckets=(4,), seed=7)
    lsh("lsh/chunk_1", 18, 12, False, chunk=1, before=3, after=2, buckets=(4,))
    lsh("lsh/wide", 19, 32, True, heads=1, d=64, seed=12345)
    lsh("lsh/few_rotation_numbers", 20, 24, True, heads=1, d=3, buckets=(4,), seed=7)
    lsh("lsh/odd_rotation_numbers", 21, 24, True, heads=3, d=3, buckets=(2,), rounds=3, seed=12345)
    lsh("lsh/short", 22, 5, True, batch=2, rounds=4, seed=0)
    lsh("lsh/short_exactly_one_chunk", 23, 8, False, after=1)
    lsh("lsh/short_masked", 24, 7, False, rounds=4, mask=tokens("##.###."))


# ---------------------------------------------------------------- local attention

def local(name, data, n, causal, wrap, *, batch=1, heads=2, d=8, chunk=8, before=1, after=0, mask=None):
    """One case of LocalSelfAttention, which wraps around at the ends of the sequence when it is not causal.

    Without wrap, masked chunks behind the sequence keep its ends apart.
    """
    generator = torch.Generator().manual_seed(data)
    query, key, v, gradient = (numbers(generator, batch, heads, n, d) for _ in range(4))
    layer = hf.LocalSelfAttention(config(
        heads, d, 3, attn_layers=["local"], local_attn_chunk_length=chunk, local_num_chunks_before=before,
        local_num_chunks_after=after, is_decoder=causal)).double().eval()
    for index, projection in enumerate((layer.query, layer.key, layer.value)):
        pick(projection, index)
    apart_chunks = 0 if wrap or causal or n <= chunk else max(before, after)
    length = whole_chunks(n, chunk) + apart_chunks * chunk
    states = side_by_side(length, query, key, v)
    result = layer(states, attention_mask=padding_mask(mask, batch, n, length))
    (output,) = apart(result.hidden_states, n, heads, d)
    output.backward(gradient)
    query_gradient, key_gradient, v_gradient = apart(states.grad, n, heads, d)
    write(name, dict(
        chunk=chunk, before=before, after=after, causal=causal, wrap=wrap, batch=batch, heads=heads, n=n, d=d,
        mask=optional(mask), query=flat(query), key=flat(key), value=flat(v), output=flat(output),
        outputGradient=flat(gradient), queryGradient=flat(query_gradient), keyGradient=flat(key_gradient),
        valueGradient=flat(v_gradient)))


def all_local():
    local("local/causal", 31, 32, True, False)
    local("local/causal_2_before", 32, 40, True, False, batch=2, before=2)
    local("local/both_ways", 33, 32, False, False, after=1)
    local("local/both_ways_2_before", 34, 40, False, False, before=2)
    local("local/wrapped", 35, 32, False, True, after=1)
    local("local/wrapped_twice", 36, 16, False, True, after=1)
    local("local/length_37", 37, 37, False, False, after=1)
    local("local/length_43_causal", 38, 43, True, False)
    local("local/masked", 39, 32, False, False, batch=2, after=1, mask=tokens(
        "##########.####....####...######", "....############################"))
    local("local/masked_causal", 40, 32, True, False, mask=tokens("##########.####....####...###..."))
    local("local/short", 41, 6, False, False, after=1, mask=tokens("####.#"))
    local("local/own_chunk_only", 42, 24, False, False, before=0, d=16)


# ---------------------------------------------------------------- exact attention

def exact(name, data, n, causal, *, batch=1, heads=2, d=8, dv=8, mask=None):
    """torch's scaled_dot_product_attention; a query that sees no key would be NaN there, so masks leave none."""
    generator = torch.Generator().manual_seed(data)
    query, key = (numbers(generator, batch, heads, n, d).requires_grad_() for _ in range(2))
    v, gradient = (numbers(generator, batch, heads, n, dv) for _ in range(2))
    v.requires_grad_()
    seen = torch.ones(n, n, dtype=torch.bool).tril() if causal else torch.ones(n, n, dtype=torch.bool)
    seen = seen if mask is None else seen & mask.bool()[:, None, None, :]
    output = torch.nn.functional.scaled_dot_product_attention(query, key, v, attn_mask=seen)
    output.backward(gradient)
    logits = torch.where(seen, query @ key.transpose(-1, -2) / math.sqrt(d), -torch.inf).logsumexp(dim=-1)
    write(name, dict(
        causal=causal, batch=batch, heads=heads, n=n, d=d, dV=dv, mask=optional(mask), query=flat(query),
        key=flat(key), value=flat(v), output=flat(output), logSumExp=flat(logits, 17),
        outputGradient=flat(gradient), queryGradient=flat(query.grad), keyGradient=flat(key.grad),
        valueGradient=flat(v.grad)))


def all_exact():
    exact("exact/causal", 51, 33, True, batch=2, dv=5)
    exact("exact/both_ways", 52, 40, False, d=16)
    exact("exact/masked", 53, 30, False, mask=tokens("######..########......########"))
    exact("exact/masked_causal", 54, 30, True, mask=tokens("######..########......########"))
    exact("exact/one_token", 55, 1, True)
    # LSHSelfAttention on one chunk is exact attention with shared queries and keys.
    lsh("exact/shared_causal", 56, 40, True, chunk=64, batch=2)
    lsh("exact/shared_both_ways", 57, 40, False, chunk=64, d=16)
    lsh("exact/shared_masked", 58, 30, False, chunk=64, mask=tokens("######..########......########"))
    lsh("exact/shared_masked_causal", 59, 30, True, chunk=64, mask=tokens("..####..########......########"))


# ---------------------------------------------------------------- torch.randn

def all_draws():
    sizes = [*range(1, 41), 1000, 4097]
    draws = [(seed, size) for seed in (0, 7, 12345) for size in sizes]
    draws += [(seed, size) for seed in (-5, 2**32 - 1, 2**40 + 3) for size in (7, 16, 31)]
    cases = []
    for seed, size in draws:
        torch.manual_seed(seed)
        cases.append(dict(seed=seed, size=size, numbers=flat(randn(size, dtype=torch.float32), 9)))
    write("torch_randn", dict(draws=cases))


if __name__ == "__main__":
    torch.set_num_threads(1)
    all_lsh()
    all_local()
    all_exact()
    all_draws()
    write("index", dict(names=list(written)))
