"""Makes the golden data in `cache`: what Hugging Face's LSHSelfAttention gives token by token, with its cache.

    pip install torch transformers        # made with torch 2.13.0 and transformers 5.18.0
    python attention/src/test/resources/golden/make_cache_golden.py

Numbers are as in make_golden.py. A batch of one, a prompt, then steps to the end. `same` tells for every head and step
whether our definition is the same there: it is not where the window of a round begins before the round and there are
others, where a prompt of exactly one chunk is followed by one more unsorted step, and where a prompt was padded and
there are several rounds (see ChunkedCache).
"""

from unittest import mock

import torch
from transformers.models.reformer import modeling_reformer as hf

import make_golden as golden

randn = torch.randn


def cached(name, data, n, prompt, *, heads=2, d=8, chunk=8, buckets=(6,), rounds=1, before=1):
    generator = torch.Generator().manual_seed(data)
    qk, v = (golden.numbers(generator, 1, heads, n, d) for _ in range(2))
    rotations = randn((heads, d, rounds, sum(buckets) // 2), generator=generator, dtype=torch.float32)
    golden.check_races(qk, rotations, buckets)
    layer = hf.LSHSelfAttention(golden.config(
        heads, d, 2, attn_layers=["lsh"], lsh_attn_chunk_length=chunk, lsh_num_chunks_before=before,
        lsh_num_chunks_after=0, num_buckets=buckets[0] if len(buckets) == 1 else list(buckets), num_hashes=rounds,
        is_decoder=True), layer_idx=0).double().eval()
    golden.pick(layer.query_key, 0)
    golden.pick(layer.value, 1)
    states = golden.side_by_side(n, qk, v).detach()

    def draw(shape, device, dtype):
        assert tuple(shape) == tuple(rotations.shape)
        return rotations.to(dtype)

    with mock.patch.object(torch, "randn", draw), torch.no_grad():
        length = golden.whole_chunks(prompt, chunk)
        padded = torch.nn.functional.pad(states[:, :prompt], (0, 0, 0, length - prompt))
        result = layer(padded, attention_mask=golden.padding_mask(None, 1, prompt, length), use_cache=True)
        cache = hf.ReformerDynamicCache()
        kept = result.buckets if result.buckets is None else result.buckets[:, :, :, :prompt]  # as ReformerAttention does
        cache.update(kept, states[:, :prompt], 0)
        outputs = []
        for token in range(prompt, n):
            state = states[:, token:token + 1]
            result = layer(state, past_buckets_states=cache, use_cache=True)
            cache.update(result.buckets, state, 0)
            outputs.append(golden.apart(result.hidden_states, 1, heads, d)[0])
    output = torch.cat(outputs, dim=2)

    all_ids = layer_ids(qk, rotations, buckets)
    same = torch.ones(heads, n - prompt, dtype=torch.int64)
    for step, token in enumerate(range(prompt, n)):
        if token >= chunk and rounds > 1:
            for head in range(heads):
                for ids in all_ids[head, :, :token + 1]:
                    place = (ids <= ids[-1]).sum().item() - 1
                    if place // chunk < before or length > prompt:
                        same[head, step] = 0
        if prompt == chunk and token == chunk:
            same[:, step] = 0
    assert same.any(), name
    golden.write(f"cache/{name}", dict(
        rounds=rounds, buckets=list(buckets), chunk=chunk, before=before, after=0, causal=True, batch=1, heads=heads,
        n=n, d=d, seed=None, mask=None, prompt=prompt, query=golden.flat(qk), value=golden.flat(v),
        rotations=golden.flat(rotations, 9), ids=golden.flat(all_ids), output=golden.flat(output),
        same=golden.flat(same)))


def layer_ids(qk, rotations, buckets):
    """[heads, rounds, n] by the definition."""
    rotated = torch.einsum("mtd,mdhr->mhtr", qk[0], rotations.double())
    ids, weight = 0, 1
    for part, factor in zip(rotated.split([factor // 2 for factor in buckets], dim=-1), buckets):
        ids = ids + weight * torch.cat([part, -part], dim=-1).argmax(dim=-1)
        weight *= factor
    return ids


if __name__ == "__main__":
    torch.set_num_threads(1)
    cached("one_round", 1, 45, 16)
    cached("one_token_prompt", 2, 40, 1)
    cached("prompt_below_a_chunk", 3, 40, 7)
    cached("prompt_of_a_chunk", 4, 40, 8)
    cached("padded_prompt", 5, 45, 19)
    cached("own_chunk_only", 6, 40, 8, before=0, chunk=4)
    cached("two_before", 7, 45, 16, before=2)
    cached("window_wider_than_the_past", 8, 30, 5, before=3)
    cached("factors_4x4", 9, 45, 16, buckets=(4, 4))
    cached("two_buckets", 10, 45, 16, buckets=(2,))
    cached("two_rounds", 11, 60, 16, rounds=2)
    cached("two_rounds_own_chunk_only", 12, 45, 16, rounds=2, before=0, buckets=(4, 2))
    cached("three_rounds", 13, 60, 7, rounds=3, heads=3, d=5)
    cached("three_rounds_two_before", 14, 70, 24, rounds=3, before=2, buckets=(2, 4))
    golden.write("cache/index", dict(names=list(golden.written)))
