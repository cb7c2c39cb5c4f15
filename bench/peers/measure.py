"""Measures this library and its peers in turn, in one session, and writes what it saw as JSON.

    pip install torch transformers
    ./mvnw -pl bench -am -DskipTests package
    python bench/peers/measure.py            # everything, half an hour
    python bench/peers/measure.py matmul hf  # some of it; the rest of the file stays
    python bench/peers/report.py             # the tables in docs/performance.md

A ratio is the median of the ratios of neighbouring runs, so that whatever slows the machine for a while slows both sides.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import jvm
import model_sections
from turns import averaged, compare, pairs, turns

ROOT = jvm.ROOT
RESULTS = ROOT / "bench" / "results.json"
GENOME = ROOT / "bench" / "data" / "ecoli536.fna.gz"
ROUNDS = 4


def lsh(server, n, seconds=4, buckets="auto", **case):
    return server.prepare(f"lsh {n} {buckets} {case.get('pass', 'forward')}", seconds, kind="lsh", n=n, rounds=ROUNDS,
                          buckets=buckets, **case)


def machine(options):
    """What the numbers were measured on, and nothing that tells whose machine it is."""
    import torch
    import transformers
    server = jvm.Server(options.threads, heap="256m")
    info = server.ask(do="info")
    server.close()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2 ** 30
    return {"cpu": model, "processors": info["processors"], "memory_gib": round(memory), "kernels": info["kernels"],
            "jdk": info["jdk"], "jvm_flags": " ".join(jvm.launcher_flags()), "torch": torch.__version__,
            "transformers": transformers.__version__, "torch_cpu": torch.backends.cpu.get_cpu_capability(),
            "python": platform.python_version(), "threads": options.threads, "date": time.strftime("%Y-%m-%d")}


def matmul(options):
    """Attention arithmetic against the matmul rate of the same minute."""
    import peers
    server = jvm.Server(options.threads)
    product, flops = peers.matmul()
    rows = []
    for n in (4096, 16384, 65536):
        arithmetic = jvm.once("4g", "arithmetic", n)
        got = pairs(product, lsh(server, n), 21 if n <= 4096 else 9)
        rate = flops / got["first_ms"] / 1e6
        share = arithmetic["nominal"] / flops / got["ratio"]
        executed = arithmetic["executed"] / flops / got["ratio"]
        rows.append({**arithmetic, **got, "matmul_gflops": rate, "nominal_share": share, "executed_share": executed})
    server.close()
    return rows


def hf(options):
    """Hugging Face's layer, with the projections counted on both sides, here those of the library's layer."""
    import peers
    server = jvm.Server(options.threads)
    layers = jvm.Server(options.threads, main=jvm.MODELS)
    rows = []
    for n in (4096, 65536):
        theirs, buckets = peers.hugging_face(n, ROUNDS)
        dense = lambda: layers.ask(do="project", heads=peers.HEADS, width=peers.WIDTH, n=n)["ms"]
        model_sections.warm(dense, 4)
        choices = ["auto", buckets]
        attentions = [lsh(server, n, buckets=chosen) for chosen in choices]
        # Theirs takes as long as ten to twenty of ours, and so has its share of whatever slows the machine for a while;
        # five of ours in a row, averaged, have nearly as fair a share of it as one of theirs.
        seen = turns([*[averaged(run, 5) for run in [*attentions, dense]], theirs], 9 if n <= 4096 else 3, warm=1)
        for column, chosen in enumerate(choices):
            with_projections = [[turn[column] + turn[-2], turn[-1]] for turn in seen]
            rows.append({"n": n, "ours_buckets": chosen, "theirs_buckets": buckets,
                         "projections_ms": statistics.median(turn[-2] for turn in seen), **compare(with_projections, 0, 1)})
    server.close()
    layers.close()
    return rows


def sdpa(options):
    """LSH attention against PyTorch's exact attention."""
    import peers
    server = jvm.Server(options.threads)
    rows = []
    for n, repetitions in ((1024, 61), (2048, 31), (4096, 31), (16384, 9), (65536, 2)):
        rows.append({"n": n, **pairs(lsh(server, n), peers.sdpa(n), repetitions, warm=0 if n == 65536 else 2)})
    server.close()
    return rows


def exact(options):
    """Exact attention against PyTorch's."""
    import peers
    server = jvm.Server(options.threads)
    rows = []
    for n in (1024, 4096, 16384):
        ours = server.prepare(f"exact {n}", 4, kind="exact", n=n)
        rows.append({"n": n, **pairs(peers.sdpa(n), ours, 5 if n == 16384 else 21)})
    server.close()
    return rows


def backward(options):
    """Forward and backward against forward alone."""
    server = jvm.Server(options.threads)
    rows = []
    for n in (4096, 16384, 65536):
        forward = lsh(server, n)
        both = lsh(server, n, **{"pass": "both"})
        rows.append({"n": n, **pairs(forward, both, 7 if n == 65536 else 31, warm=1)})
    server.close()
    return rows


def stages(options):
    """Where the time of a forward pass goes, beside the arithmetic of each stage and the matmul rate."""
    import peers
    product, flops = peers.matmul()
    rows = []
    for n in (4096, 65536):
        rate = flops / statistics.median(product() for _ in range(9)) / 1e6
        profile = jvm.once("8g", "stages", n, options.threads, 12)
        if profile["other"] > 0.1:
            raise SystemExit(f"{profile['other']:.0%} of the time has no stage; the engine's methods have changed, "
                             "teach dev.reformer4j.bench.Stage their names")
        rows.append({"matmul_gflops": rate, "profile": profile, "arithmetic": jvm.once("4g", "arithmetic", n)})
    return rows


def pages(options):
    """The same pass with small pages of memory and with huge ones, where the launcher asks for those."""
    if jvm.HUGE_PAGES not in jvm.launcher_flags():
        raise SystemExit("this kernel gives no huge pages on request; leave out the section pages")
    small = jvm.Server(options.threads, heap="8g", flags=[flag for flag in jvm.launcher_flags() if flag != jvm.HUGE_PAGES])
    huge = jvm.Server(options.threads, heap="8g")
    rows = [{"n": n, **pairs(lsh(huge, n), lsh(small, n), 9 if n <= 65536 else 3, warm=1)} for n in (65536, 524288)]
    small.close()
    huge.close()
    return rows


def memory(options):
    """What a forward pass allocates and keeps."""
    return [jvm.once("8g", "memory", n, options.threads) for n in (4096, 16384, 65536)]


def million(options):
    """A million tokens in one call: in a touched heap, as everything here, and as the first call of a JVM that touches it."""
    heap = "14g"
    untouched = jvm.once(heap, "long", 1 << 20, options.threads, 1)
    return jvm.once(heap, "long", 1 << 20, options.threads, 3, more_flags=jvm.touched(heap)) | {"untouchedMs": untouched["ms"]}


def genome(options):
    """A whole genome in one call."""
    return jvm.once("14g", "genome", GENOME, options.threads)


SECTIONS = {run.__name__: run for run in (machine, matmul, hf, sdpa, exact, backward, stages, pages, memory, million, genome)}
SECTIONS |= model_sections.SECTIONS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="what to measure: " + ", ".join(SECTIONS) + "; all if none is named")
    parser.add_argument("--threads", type=int, default=2, help="threads on both sides (default 2)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the file of results, of which other sections are kept")
    options = parser.parse_args()
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"section {unknown[0]} is unknown; use {', '.join(SECTIONS)}")
    if options.threads < 1:
        parser.error(f"threads is {options.threads}, but must be at least 1")
    try:
        import torch
        torch.set_num_threads(options.threads)
        torch.manual_seed(1)
    except ImportError as missing:
        raise SystemExit(f"{missing.name} is not installed; pip install -r bench/peers/requirements.txt")
    results = json.loads(options.out.read_text()) if options.out.exists() else {}
    here = machine(options)
    for name in options.sections or SECTIONS:
        start = time.perf_counter()
        results[name] = SECTIONS[name](options)
        results.setdefault("measured_on", {})[name] = here
        draft = options.out.with_suffix(".tmp")
        draft.write_text(json.dumps(results, indent=1) + "\n")
        os.replace(draft, options.out)
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    import report
    print(report.summary(results))


if __name__ == "__main__":
    main()
