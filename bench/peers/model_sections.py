"""The measurements of whole models. Both sides have the same weights, and their results are compared before they are timed."""

import itertools
import json
import logging
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import jvm
from turns import compare, pairs, turns

TOLERANCE = 1e-3  # of logits and losses
RATE = 1e-3
LENGTHS = (4096, 16384)
WARM_UP = 8  # seconds in which the JVM compiles what it will be timed on
PROMPT = 1024
COMMAND_RUNS = 11


class Peers:
    """One model on both sides: Hugging Face's, and the same files loaded here."""

    def __init__(self, options, positions):
        import models
        import numpy
        logging.getLogger("transformers").setLevel(logging.ERROR)
        self.folder = tempfile.TemporaryDirectory()
        self.directory = Path(self.folder.name)
        self.theirs = models.model(positions)
        self.theirs.save_pretrained(self.directory)
        self.server = jvm.Server(options.threads, heap="8g", main=jvm.MODELS)
        self.server.ask(do="load", name="m", dir=str(self.directory))
        self.ids = models.random_ids(positions)
        self.file = str(self.directory / "ids.npy")
        numpy.save(self.file, self.ids.numpy())
        self.positions = positions

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()
        self.folder.cleanup()

    def ask(self, deed, **more):
        return self.server.ask(do=deed, name="m", ids=self.file, **more)

    def check_logits(self):
        """Compares with Hugging Face in double precision, and returns the largest difference."""
        import models
        import numpy
        out = str(self.directory / "logits.npy")
        self.ask("logits", out=out)
        expected = models.logits_in_double(self.positions, self.ids).numpy()
        return agree("logits", float(abs(numpy.load(out) - expected).max()))

    def slide(self, buckets):
        """Loads the model once more with sliding windows, which Hugging Face does not have."""
        file = self.directory / "config.json"
        config = json.loads(file.read_text())
        config |= {"num_buckets": buckets, "reformer4j": {"chunking": "sliding"}}
        file.write_text(json.dumps(config))
        self.server.ask(do="load", name="m", dir=str(self.directory))


def agree(what, difference):
    """Refuses to go on with results that differ."""
    if not difference <= TOLERANCE:
        raise SystemExit(f"{what} differ by {difference:.2g} from Hugging Face's in double precision; wrong results are not timed")
    return difference


def warm(run, seconds=WARM_UP):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        run()


def model_forward(options):
    """Logits of a whole sequence."""
    import models
    rows = []
    for n in LENGTHS:
        with Peers(options, n) as peers:
            difference = peers.check_logits()
            ours = lambda: peers.ask("forward")["ms"]
            warm(ours)
            rows.append({"n": n, "difference": difference,
                         **pairs(ours, models.forward(peers.theirs, peers.ids), 15 if n <= 4096 else 7, warm=1)})
    return rows


def model_stages(options):
    """Where the time of a forward pass and of a training step goes, beside the matmul rate."""
    import models
    import peers as attention_peers
    product, flops = attention_peers.matmul()
    rows = []
    for deed, n in (("forward", 4096), ("forward", 16384), ("train", 4096)):
        with Peers(options, n) as peers:
            rate = flops / statistics.median(product() for _ in range(9)) / 1e6
            profile = jvm.once("8g", "stages", deed, peers.directory, n, options.threads, 10, main=jvm.MODELS)
        if profile["other"] > 0.1:
            raise SystemExit(f"{profile['other']:.0%} of the time has no stage; classes have changed, "
                             "teach dev.reformer4j.bench.model.ModelStage their names")
        rows.append({"deed": deed, "matmul_gflops": rate, "profile": profile,
                     "dense_operations": models.dense_operations(n, training=deed == "train")})
    return rows


def model_dense(options):
    """The dense layers alone, against torch's square product and against torch's own dense layer."""
    import models
    import peers as attention_peers
    server = jvm.Server(options.threads, main=jvm.MODELS)
    product, flops = attention_peers.matmul()
    n = 16384
    rows = []
    for inputs, outputs in ((256, 256), (256, 1024), (1024, 256), (512, 258)):
        ours = lambda: server.ask(do="dense", **{"in": inputs, "out": outputs, "n": n})["ms"]
        warm(ours, 3)
        seen = turns([ours, product, models.linear(inputs, outputs, n)], 21)
        operations = 2 * n * inputs * outputs
        matmul = compare(seen, 0, 1)
        rows.append({"n": n, "in": inputs, "out": outputs, "gflops": operations / matmul["first_ms"] / 1e6,
                     "matmul_gflops": flops / matmul["second_ms"] / 1e6, "share_of_matmul": matmul["ratio"] * operations / flops,
                     "linear_gflops": operations / statistics.median(turn[2] for turn in seen) / 1e6,
                     **compare(seen, 0, 2)})
    server.close()
    return rows


def model_generate(options):
    """Tokens after a prompt, each with what is remembered of those before it."""
    import models
    few, many = 60, 600
    rows = []
    for chunking in ("chunked", "sliding"):
        with Peers(options, 2 * PROMPT) as peers:
            import numpy
            difference = peers.check_logits()
            prompt = peers.ids[:PROMPT]
            numpy.save(peers.file, prompt.numpy())
            peers.file = str(Path(peers.file).rename(peers.directory / "prompt.npy"))
            if chunking == "sliding":
                peers.slide(32)  # what Hugging Face takes after a prompt of 1,024

            def ours():
                got = peers.ask("generate", tokens=many)
                return got["ms"] / got["laterTokens"]

            def theirs():
                ids, ms = models.generate(peers.theirs, prompt, few)
                return ms / (len(ids) - 1)

            warm(ours)
            rows.append({"chunking": chunking, "prompt": PROMPT, "tokens": many, "their_tokens": few, "difference": difference,
                         **pairs(ours, theirs, 7, warm=1)})
    return rows


def model_flat(options):
    """The 60,000th token against the 1,000th of one text."""
    with Peers(options, 65536) as peers:
        peers.slide([32, 64])  # what Hugging Face takes for so long a text
        return jvm.once("8g", "flat", peers.directory, 900, 59900, 200, options.threads, main=jvm.MODELS)


def model_training(options):
    """Training steps: forward, backward and the optimiser."""
    import models
    rows = []
    for n, activations in itertools.product(LENGTHS, ("stored", "reversed")):
        with Peers(options, n) as peers:
            trainer = models.Trainer(peers.theirs, RATE)
            differences = []
            for _ in range(3):
                differences.append(abs(peers.ask("train", rate=RATE, activations=activations)["loss"] - trainer.step(peers.ids)[1]))
            agree("losses of the first three steps", max(differences))
            ours = lambda: peers.ask("train", rate=RATE, activations=activations)["ms"]
            warm(ours)
            rows.append({"n": n, "activations": activations, "difference": max(differences),
                         **pairs(ours, lambda: trainer.step(peers.ids)[0], 9 if n <= 4096 else 3, warm=0)})
    return rows


def fits(heap, deed, positions, layers, n, options):
    """Runs in a heap of so many MiB, and tells the peak of the process."""
    import models
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text(json.dumps(
            {**models.config(positions, layers).to_dict(), "architectures": ["ReformerModelWithLMHead"]}))
        return {"deed": deed, "heap": heap, **jvm.once(f"{heap}m", deed, folder, n, options.threads, main=jvm.MODELS)}


def model_memory(options):
    """Very long sequences in small heaps."""
    million = 1 << 20
    return [fits(3584, "forward", million, 6, 1 << 19, options), fits(6912, "forward", million, 6, million, options),
            fits(1536, "train", 1 << 16, 12, 1 << 16, options), fits(5120, "train", 1 << 18, 12, 1 << 18, options)]


def least_heap(layers, n, options):
    """The smallest heap, to 16 MiB, in which a step of training runs."""
    low, high, fitting = 0, 128, None
    while fitting is None or high - low > 16:
        heap = high if fitting is None else (low + high) // 32 * 16
        try:
            got = fits(heap, "train", n, layers, n, options)
        except SystemExit as end:
            if "OutOfMemoryError" not in str(end):
                raise
            low, high = heap, high if fitting is not None else 2 * heap
        else:
            high, fitting = heap, got
    return fitting


def model_depth(options):
    """What a step of training takes beside parameters and optimiser, in a shallow model and in a deep one."""
    return [least_heap(layers, 1 << 14, options) for layers in (6, 24)]


def model_start(options):
    """From the command to the first token on the terminal."""
    with Peers(options, 16384) as peers:
        command = [str(jvm.ROOT / "reformer4j"), "generate", "--model", str(peers.directory), "--prompt", "Once upon a time",
                   "--max-new-tokens", "32"]
        seen = []
        for run in range(COMMAND_RUNS + 1):
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            first = process.stdout.read(1)
            seconds = time.perf_counter() - start
            rest, said = process.communicate()
            if process.returncode != 0 or not first:
                raise SystemExit(f"{' '.join(command)} failed:\n{said.decode()}")
            if run > 0:  # the first may have had to build
                seen.append((seconds, time.perf_counter() - start))
        return {"parameters": sum(weight.numel() for weight in peers.theirs.parameters()), "runs": len(seen),
                "first_s": statistics.median(one[0] for one in seen), "least_s": min(one[0] for one in seen),
                "most_s": max(one[0] for one in seen), "all_s": statistics.median(one[1] for one in seen), "tokens": 32}


SECTIONS = {run.__name__: run for run in (
    model_forward, model_stages, model_dense, model_generate, model_flat, model_memory, model_depth, model_training, model_start)}
