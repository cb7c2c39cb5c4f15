"""The other side of HuggingFaceRoundTripTest: Hugging Face, run while the test runs.

    pip install torch transformers
    ./mvnw -pl model -am test -Dtest=HuggingFaceRoundTripTest -Dsurefire.failIfNoSpecifiedTests=false \
        -Dreformer4j.python=python3

roundtrip.py answer DIR   loads every model in DIR that was saved here, computes in float64 what it makes of the ids in
                          its ids.safetensors, writes that as expected.safetensors, and saves the model anew as
                          DIR-again/NAME
roundtrip.py make DIR     makes models of every kind in DIR, as make_model_golden.py makes them
"""

import pathlib
import sys
from unittest import mock

import make_model_golden as golden
import transformers
from safetensors.torch import load_file
from transformers.models.reformer import modeling_reformer as hf


def answer(directory):
    for path in sorted(directory.iterdir()):
        config = transformers.ReformerConfig.from_pretrained(path)
        model_class = getattr(transformers, config.architectures[0])
        model, found = model_class.from_pretrained(path, output_loading_info=True)
        for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
            assert not found[problem], (path, problem, found[problem])
        model.save_pretrained(directory.with_name(directory.name + "-again") / path.name)
        ids = load_file(path / "ids.safetensors")["ids"].long()
        state = {name: value.float() for name, value in model.state_dict().items()}
        expected = golden.outputs(model_class, config, state, ids)
        golden.write(path, "expected.safetensors", {f"0.{key}": value for key, value in expected.items()} | {"0.ids": ids})


def make(directory):
    kinds = [
        ("lm", "ReformerModelWithLMHead", dict(is_decoder=True, num_hashes=2)),
        ("mlm", "ReformerForMaskedLM", dict(hidden_act="gelu", local_num_chunks_after=1, num_buckets=[4, 4])),
        ("classifier", "ReformerForSequenceClassification", dict(num_labels=5, axial_pos_embds=False)),
        ("answers", "ReformerForQuestionAnswering", dict(lsh_attn_chunk_length=4)),
        ("headless", "ReformerModel", dict(lsh_num_chunks_before=2, num_hashes=3)),
    ]
    golden.HERE = directory
    for name, model_class, more in kinds:
        golden.model(
            name, getattr(transformers, model_class), golden.settings(["local", "lsh"], **more), [1, 7, 30, 128])


if __name__ == "__main__":
    command, path = sys.argv[1:]
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    with mock.patch.object(hf.LSHSelfAttention, "_hash_vectors", golden.hash_with_care):
        {"answer": answer, "make": make}[command](pathlib.Path(path))
