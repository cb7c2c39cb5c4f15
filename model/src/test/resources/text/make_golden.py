"""Makes the vocabularies beside this file, and golden.json: what Python makes of texts with each of them.

    pip install torch transformers sentencepiece protobuf   # made with transformers 5.18.0, sentencepiece 0.2.2
    python model/src/test/resources/text/make_golden.py

Every directory is a model's as `save_pretrained` writes it, but for the weights. Those with spiece.model are asked of
sentencepiece itself, the others of AutoTokenizer. Positions are counted in Unicode characters.
"""

import contextlib
import gzip
import io
import json
import os
import pathlib
import shutil

os.environ["TRANSFORMERS_OFFLINE"] = os.environ["HF_HUB_OFFLINE"] = "1"

import sentencepiece
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast, ReformerConfig, ReformerTokenizer

HERE = pathlib.Path(__file__).parent
BOOK = HERE.parents[4] / "app/src/main/resources/dev/reformer4j/words/austen/persuasion.txt.gz"

TEXTS = [
    "",
    " ",
    "a",
    "Hello, world!",
    "  two  leading   spaces, and trailing ones  ",
    "It is a truth universally acknowledged , that she didn't see 's , 've ' and 're .",
    "caf\u00e9 cafe\u0301 \ufb01ne \u2460 \u3231 \uff21\uff22\uff23 \u00bd \u212b",
    "\u4f60\u597d\uff0c\u4e16\u754c",
    "smile \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 and \U0001d54f go",
    "line one\nline two\r\n\ttabbed\u00a0nbsp\u3000wide\u200bzero",
    "</s>",
    "before</s>after <unk> <s> <pad>",
    "x </s> y",
    "\u2581already\u2581marked \u2581 ",
    "zero\u0000byte and \u0007bell \ufeffbom \ufffdreplacement",
    "\u0130stanbul \u00df STRASSE \u01c5 \u03a3\u0391\u03a3",
    "\u0e01\u0e33 \u1112\u1161\u11ab \ud55c\uae00 \u0939\u093f\u0928\u094d\u0926\u0940",
    "supercalifragilisticexpialidocious " * 3,
    "1234567890 3.14159 -1e-5 $%&@#~^`|\\/{}[]()<>",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea",
]
PAIRS = [
    ("Who was it?", "It was Anne Elliot, of course."),
    ("", "only the second"),
    ("caf\u00e9 \U0001f600?", "  the \ufb01rst \U0001d54f one  "),
]


def corpus(lines):
    with gzip.open(BOOK, "rt", encoding="utf-8") as file:
        book = [line.strip() for line in file if line.strip()]
    return book[20 : 20 + lines]


def write(path, text):
    path.write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- SentencePiece

def train(directory, size, **options):
    """Trains spiece.model."""
    directory.mkdir(exist_ok=True)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus(1500)), model_writer=model, vocab_size=size,
        minloglevel=2, num_threads=1, **options)
    (directory / "spiece.model").write_bytes(model.getvalue())


def of_sentencepiece(directory):
    """Ids, pieces and positions, of texts without special tokens: those are for the layer above."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(directory / "spiece.model"))
    cases = []
    for text in TEXTS:
        if "</s>" in text or "\u0000" in text:
            continue
        found = processor.encode(text, return_type="proto")
        utf8 = text.encode()
        cases.append({
            "text": text,
            "ids": [piece.id for piece in found.pieces],
            "spans": [[len(utf8[:place].decode()) for place in (piece.begin, piece.end)] for piece in found.pieces],
            "decoded": processor.decode([piece.id for piece in found.pieces]),
        })
    return {"directory": directory.name, "size": processor.get_piece_size(), "cases": cases}


# ---------------------------------------------------------------- tokenizer.json

def fast(directory, tokenizer, **settings):
    directory.mkdir(exist_ok=True)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **settings).save_pretrained(directory)


def trained(model, trainer, **parts):
    tokenizer = Tokenizer(model)
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    tokenizer.train_from_iterator(corpus(1500), trainer)
    return tokenizer


def of_transformers(directory):
    tokenizer = AutoTokenizer.from_pretrained(directory)
    singles = []
    for text in TEXTS:
        found = tokenizer(text, return_offsets_mapping=True)
        ids = found["input_ids"]
        singles.append({
            "text": text,
            "ids": ids,
            "spans": [list(span) for span in found["offset_mapping"]],
            "texts": found.sequence_ids(0) if ids else [],
            "decoded": tokenizer.decode(ids, skip_special_tokens=True),
        })
    pairs = []
    for first, second in PAIRS:
        found = tokenizer([(first, second)], return_offsets_mapping=True)
        pairs.append({
            "first": first,
            "second": second,
            "ids": found["input_ids"][0],
            "spans": [list(span) for span in found["offset_mapping"][0]],
            "texts": found.sequence_ids(0),
        })
    return {
        "directory": directory.name,
        "class": type(tokenizer).__name__,
        "size": len(tokenizer),
        "pad": tokenizer.pad_token_id,
        "eos": tokenizer.eos_token_id,
        "cases": singles,
        "pairs": pairs,
    }


def reformer():
    """As google/reformer-crime-and-punishment: 320 pieces; written by an older version and by this one."""
    train(HERE / "reformer-spiece", 320, model_type="bpe", character_coverage=1.0)
    ReformerConfig(vocab_size=320).save_pretrained(HERE / "reformer-spiece")
    tokenizer = ReformerTokenizer.from_pretrained(HERE / "reformer-spiece")
    tokenizer.save_pretrained(HERE / "reformer-json")
    ReformerConfig(vocab_size=320).save_pretrained(HERE / "reformer-json")


def llama():
    tokenizer = trained(
        models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"),
        trainers.BpeTrainer(
            vocab_size=450, show_progress=False,
            special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]),
        normalizer=normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]),
        decoder=decoders.Sequence([
            decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]),
    )
    document = json.loads(tokenizer.to_str())
    document["added_tokens"] = document["added_tokens"][:3]  # the bytes are no special tokens
    return Tokenizer.from_str(json.dumps(document))


def unigram():
    pieces = trained(
        models.Unigram(),
        trainers.UnigramTrainer(
            vocab_size=300, show_progress=False, unk_token="<unk>", special_tokens=["<pad>", "</s>", "<unk>"]),
        normalizer=normalizers.NFKC(),
        pre_tokenizer=pre_tokenizers.Metaspace(),
        decoder=decoders.Metaspace(),
    )
    pieces.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    return pieces


def main():
    for old in HERE.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    reformer()
    train(HERE / "unigram-bytes", 600, model_type="unigram", byte_fallback=True, character_coverage=0.99, normalization_rule_name="identity",
          pad_id=3, user_defined_symbols="<sep>,Anne")
    train(HERE / "casefold-suffix", 300, model_type="unigram", normalization_rule_name="nmt_nfkc_cf",
          treat_whitespace_as_suffix=True, eos_id=-1, bos_id=-1)
    train(HERE / "plain-bpe", 300, model_type="bpe", normalization_rule_name="identity", add_dummy_prefix=False,
          remove_extra_whitespaces=False)
    train(HERE / "words", 300, model_type="word", normalization_rule_name="identity")

    fast(HERE / "bytelevel",
         trained(models.BPE(), trainers.BpeTrainer(
             vocab_size=400, show_progress=False, special_tokens=["<|endoftext|>"],
             initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
             pre_tokenizer=pre_tokenizers.ByteLevel(add_prefix_space=False), decoder=decoders.ByteLevel()),
         eos_token="<|endoftext|>", clean_up_tokenization_spaces=True)
    bert = trained(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(
        vocab_size=400, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]),
        normalizer=normalizers.BertNormalizer(), pre_tokenizer=pre_tokenizers.BertPreTokenizer(),
        decoder=decoders.WordPiece(cleanup=False))
    bert.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    bert.enable_truncation(16)  # to be ignored, as transformers ignores it
    bert.enable_padding(length=16)
    fast(HERE / "wordpiece", bert, pad_token="[PAD]", eos_token="[SEP]", clean_up_tokenization_spaces=True)
    fast(HERE / "llama", llama(), eos_token="</s>", bos_token="<s>", unk_token="<unk>")
    fast(HERE / "unigram-json", unigram(), eos_token="</s>", pad_token="<pad>", unk_token="<unk>")

    # What only tokenizer_config.json says: a special token that has an id but is not known to be special, one that has
    # none, and a begin and an end, which count for nothing beside a tokenizer.json.
    shutil.copytree(HERE / "llama", HERE / "llama-config")
    document = json.loads((HERE / "llama-config/tokenizer.json").read_text(encoding="utf-8"))
    document["added_tokens"] = [t for t in document["added_tokens"] if t["content"] == "<unk>"]
    write(HERE / "llama-config/tokenizer.json", json.dumps(document, ensure_ascii=False))
    settings = json.loads((HERE / "llama-config/tokenizer_config.json").read_text(encoding="utf-8"))
    settings.update(add_bos_token=True, add_eos_token=True, pad_token="<pad>",
                    eos_token={"__type": "AddedToken", "content": "</s>", "lstrip": False, "normalized": False,
                               "rstrip": False, "single_word": False, "special": True})
    write(HERE / "llama-config/tokenizer_config.json", json.dumps(settings, indent=2))

    pieces = ["reformer-spiece", "unigram-bytes", "casefold-suffix", "plain-bpe", "words"]
    documents = ["reformer-json", "bytelevel", "wordpiece", "llama", "unigram-json", "llama-config"]
    with contextlib.redirect_stderr(io.StringIO()):
        golden = {
            "sentencepiece": [of_sentencepiece(HERE / name) for name in pieces],
            "transformers": [of_transformers(HERE / name) for name in documents],
        }
    write(HERE / "golden.json", json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")


main()
