"""Hugging Face's Reformer as the figures have it: 6 layers, local and LSH in turn, hidden 256, 4 heads × 64, 2 rounds."""

import math
import time
from unittest import mock

import torch
from transformers import ReformerConfig, ReformerModelWithLMHead
from transformers.generation.streamers import BaseStreamer

HIDDEN = 256
FEED_FORWARD = 1024
VOCABULARY = 258
LAYERS = 6
SEED = 11  # of the rotations, so that both sides hash alike

randn = torch.randn


def config(positions, layers=LAYERS):
    """A model for a power of two positions, on an axial grid as near to a square as can be."""
    rows = 2 ** (int(math.log2(positions)) // 2)
    return ReformerConfig(
        attn_layers=["local", "lsh"] * (layers // 2), hidden_size=HIDDEN, num_attention_heads=4, attention_head_size=64,
        feed_forward_size=FEED_FORWARD, vocab_size=VOCABULARY, num_hashes=2, num_buckets=None, hash_seed=SEED, is_decoder=True,
        lsh_attn_chunk_length=64, local_attn_chunk_length=64, max_position_embeddings=positions, axial_pos_embds=True,
        axial_pos_shape=[rows, positions // rows], axial_pos_embds_dim=[64, 192], hidden_dropout_prob=0.0,
        lsh_attention_probs_dropout_prob=0.0, local_attention_probs_dropout_prob=0.0, pad_token_id=0, eos_token_id=None)


def state(model):
    """Weights as a trained model might have them; with those of an untrained one, attention would hardly matter."""
    generator = torch.Generator().manual_seed(1)
    filled = {}
    for name, parameter in model.state_dict().items():
        values = randn(parameter.shape, generator=generator)
        if "embeddings" in name:
            filled[name] = 0.7 * values
        elif "layer_norm.weight" in name:
            filled[name] = 1 + 0.2 * values
        elif name.startswith("lm_head") and parameter.dim() == 1:
            filled[name] = 0 * values  # transformers 5.18 does not apply it
        elif parameter.dim() == 1:
            filled[name] = 0.3 * values
        else:
            filled[name] = values / math.sqrt(parameter.shape[-1])
    return filled


def model(positions):
    """A fresh model: `num_buckets` is fixed by the first sequence that it sees."""
    made = ReformerModelWithLMHead(config(positions))
    made.load_state_dict(state(made))
    return made.eval()


def random_ids(n):
    """Bytes of a text that nobody wrote."""
    return torch.randint(2, VOCABULARY, (n,), generator=torch.Generator().manual_seed(n))


def logits_in_double(positions, ids):
    """What the model says, computed in double precision: float32 is off by up to 1e-2 where a token sees only itself."""
    made = model(positions).double()

    def draw_in_float32(*args, dtype=None, **kwargs):
        return randn(*args, dtype=torch.float32, **kwargs).to(dtype)

    with torch.no_grad(), mock.patch.object(torch, "randn", draw_in_float32):
        return made(ids[None], use_cache=False).logits[0]


def forward(made, ids):
    """A timer of one pass."""
    def run():
        start = time.perf_counter()
        with torch.no_grad():
            made(ids[None], use_cache=False)
        return (time.perf_counter() - start) * 1e3
    return run


class Trainer:
    """Steps of AdamW on one sequence, without weight decay; each tells its milliseconds and the loss before it."""

    def __init__(self, made, rate):
        self.model = made.train()
        self.optimizer = torch.optim.AdamW(made.parameters(), lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)

    def step(self, ids):
        start = time.perf_counter()
        self.optimizer.zero_grad()
        loss = self.model(ids[None], labels=ids[None]).loss
        loss.backward()
        self.optimizer.step()
        return (time.perf_counter() - start) * 1e3, loss.item()


class Clock(BaseStreamer):
    """Notes when each token comes; the first to come is the prompt."""

    def __init__(self):
        self.times = []

    def put(self, value):
        self.times.append(time.perf_counter())

    def end(self):
        pass


def generate(made, ids, tokens):
    """Goes on greedily with the cache. Returns the ids, and the milliseconds of the tokens after the first."""
    clock = Clock()
    with torch.no_grad():
        out = made.generate(ids[None], attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=tokens,
                            do_sample=False, use_cache=True, streamer=clock)
    return out[0, len(ids):].tolist(), (clock.times[-1] - clock.times[1]) * 1e3


def linear(inputs, outputs, n):
    """A timer of one dense layer."""
    x = torch.randn(n, inputs)
    weight = torch.randn(outputs, inputs)

    def run():
        start = time.perf_counter()
        with torch.no_grad():
            torch.nn.functional.linear(x, weight)
        return (time.perf_counter() - start) * 1e3
    return run


def dense_operations(n, training=False):
    """Floating-point operations of all dense layers over n tokens, in one pass or in a training step.

    A step keeps its activations, so it does everything forward once; the gradients of inputs and weights are as much
    again each.
    """
    attention = {"local": 4, "lsh": 3}
    stack = sum(attention[kind] * HIDDEN * HIDDEN + 2 * HIDDEN * FEED_FORWARD for kind in config(64).attn_layers)
    head = 2 * HIDDEN * VOCABULARY
    return 2 * n * (3 if training else 1) * (stack + head)
