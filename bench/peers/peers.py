"""What this library is compared with: PyTorch and Hugging Face transformers, causal, 8 heads × 64, float32."""

import time

import torch
from transformers import ReformerConfig
from transformers.models.reformer.modeling_reformer import LSHSelfAttention

HEADS = 8
WIDTH = 64
CHUNK = 64


def milliseconds(run):
    """One run, timed."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def timed(run):
    """A function that runs once, without gradients, and returns milliseconds."""
    def once():
        with torch.no_grad():
            return milliseconds(run)
    return once


def matmul(size=2048):
    """The roofline: a square product. Returns the timer and the floating-point operations of one run."""
    a = torch.randn(size, size)
    b = torch.randn(size, size)
    out = torch.empty(size, size)
    return timed(lambda: torch.mm(a, b, out=out)), 2 * size ** 3


def sdpa(n):
    """Exact attention as PyTorch computes it."""
    q, k, v = (torch.randn(1, HEADS, n, WIDTH) for _ in range(3))
    return timed(lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True))


def hugging_face(n, rounds):
    """LSHSelfAttention with automatic buckets. Returns the timer, and the buckets that it chose, as `32x64`."""
    hidden = HEADS * WIDTH
    config = ReformerConfig(
        hidden_size=hidden, num_attention_heads=HEADS, attention_head_size=WIDTH, attn_layers=["lsh"], is_decoder=True,
        lsh_attn_chunk_length=CHUNK, lsh_num_chunks_before=1, lsh_num_chunks_after=0, num_hashes=rounds, num_buckets=None,
        lsh_attention_probs_dropout_prob=0.0, max_position_embeddings=n, axial_pos_embds=False)
    layer = LSHSelfAttention(config).eval()
    x = torch.randn(1, n, hidden)
    with torch.no_grad():
        if n <= 4096:
            layer(x)
        else:
            layer._set_num_buckets(n)
    chosen = config.num_buckets
    buckets = "x".join(map(str, chosen)) if isinstance(chosen, (list, tuple)) else str(chosen)
    return timed(lambda: layer(x)), buckets
