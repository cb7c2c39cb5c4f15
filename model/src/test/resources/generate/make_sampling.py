"""Makes sampling.txt: probabilities after the logits processors of Hugging Face transformers.

    pip install torch transformers
    python make_sampling.py

One case a line: temperature;top-k;top-p;min-p;repetition penalty;ids;logits;probabilities.
Logits are float32 numbers; the processors work on them in double precision. A greedy case has
temperature 0, and its probabilities are 1 for the first of the largest processed logits.
"""

import pathlib

import torch
from transformers import GenerationConfig
from transformers.generation.logits_process import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)


def processors(temperature, top_k, top_p, min_p, penalty):
    """The same, and in the same order, as GenerationMixin._get_logits_processor."""
    steps = LogitsProcessorList()
    if penalty != 1.0:
        steps.append(RepetitionPenaltyLogitsProcessor(penalty=penalty))
    if temperature == 0.0:
        return steps
    if temperature != 1.0:
        steps.append(TemperatureLogitsWarper(temperature))
    if top_k != 0:
        steps.append(TopKLogitsWarper(top_k=top_k))
    if top_p < 1.0:
        steps.append(TopPLogitsWarper(top_p=top_p))
    if min_p > 0.0:
        steps.append(MinPLogitsWarper(min_p=min_p))
    return steps


def check_order():
    """Asks transformers itself which steps it takes, in which order."""
    from transformers import ReformerConfig, ReformerModelWithLMHead

    config = ReformerConfig(
        is_decoder=True, hidden_size=8, num_attention_heads=1, attention_head_size=8,
        feed_forward_size=8, attn_layers=["local"], axial_pos_shape=[8, 8],
        axial_pos_embds_dim=[4, 4], max_position_embeddings=64, vocab_size=8)
    settings = dict(temperature=0.7, top_k=5, top_p=0.9, min_p=0.1, repetition_penalty=1.3)
    model = ReformerModelWithLMHead(config)
    generation = GenerationConfig(do_sample=True, **settings)
    model._prepare_special_tokens(generation)
    theirs = model._get_logits_processor(
        generation_config=generation, input_ids_seq_length=1,
        encoder_input_ids=torch.zeros(1, 1, dtype=torch.long), prefix_allowed_tokens_fn=None,
        logits_processor=LogitsProcessorList(), device="cpu")
    ours = processors(0.7, 5, 0.9, 0.1, 1.3)
    assert [type(step) for step in theirs] == [type(step) for step in ours], theirs


def numbers(values):
    return " ".join(repr(value) for value in values)


def case(settings, ids, logits):
    temperature, top_k, top_p, min_p, penalty = settings
    scores = processors(*settings)(torch.tensor([ids], dtype=torch.long), logits.double()[None])[0]
    if temperature == 0.0:
        probabilities = torch.zeros_like(scores)
        probabilities[scores.argmax()] = 1
    else:
        probabilities = scores.softmax(-1)
    return ";".join([
        repr(temperature), str(top_k), repr(top_p), repr(min_p), repr(penalty),
        numbers(ids), numbers(logits.tolist()), numbers(probabilities.tolist())])


def main():
    check_order()
    generator = torch.Generator().manual_seed(42)

    def uniform():
        return torch.rand((), generator=generator).item()

    def pick(options):
        return options[int(uniform() * len(options))]

    lines = []
    for i in range(160):
        vocabulary = pick([1, 2, 3, 7, 16, 31])
        logits = torch.randn(vocabulary, generator=generator) * pick([0.1, 1.0, 5.0, 40.0])
        if i % 5 == 4 and vocabulary > 2:
            logits[torch.randperm(vocabulary, generator=generator)[: vocabulary // 2]] = -torch.inf
        ids = [int(uniform() * vocabulary) for _ in range(1 + int(uniform() * 9))]
        lines.append(case(
            (pick([0.0, 0.3, 0.7, 1.0, 1.0, 2.5]), pick([0, 0, 1, 2, 5, 100]),
             pick([1.0, 1.0, 0.0, 0.1, 0.5, 0.9, 0.99]), pick([0.0, 0.0, 0.05, 0.5, 1.0]),
             pick([1.0, 1.0, 0.5, 1.2, 3.0])),
            ids, logits))
    for logits in ([0.0] * 8, [1.0, 0.0] * 4, [-2.0] * 16):  # ties at the k-th place all stay
        for top_k in (1, 3, 8):
            lines.append(case((1.0, top_k, 1.0, 0.0, 1.0), [0], torch.tensor(logits)))
    pathlib.Path(__file__).with_name("sampling.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
