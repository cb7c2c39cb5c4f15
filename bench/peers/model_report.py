"""The tables of whole models."""

from tables import ms, named, percent, spread, table, times, verdict

LABELS = {"norms": "layer norm, activation", "moving": "rows into panels and back", "allocating": "new arrays, zeroed",
          "learning": "loss, sums of gradients, optimiser"}


def gib(value):
    return f"{value / 2 ** 30:.2f} GiB"


def per_second(milliseconds):
    return f"{1e3 / milliseconds:,.0f}"


def both(rows, what):
    return table(["tokens >", f"{what} here >", "Hugging Face >", "ratio >", "least – most", "largest difference >"], [
        [f"{r['n']:,}", ms(r["first_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r), f"{r['difference']:.0e}"] for r in rows])


def model_forward(rows):
    return both(rows, "forward")


def model_training(rows):
    return table(["tokens >", "activations", "step here >", "Hugging Face >", "ratio >", "least – most", "largest difference >"], [
        [f"{r['n']:,}", r.get("activations", "reversed"), ms(r["first_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r), f"{r['difference']:.0e}"]
        for r in rows])


def model_stages(rows):
    parts = []
    for r in rows:
        profile = r["profile"]
        stages = ["dense", "attention", "norms", "moving", "embedding", "learning", "allocating", "other"]
        stages = [stage for stage in stages if stage != "learning" or r["deed"] == "train"]
        lines = [[LABELS.get(stage, stage), percent(profile[stage]), ms(profile[stage] * profile["ms"]), *([""] * 3)] for stage in stages]
        rate = dense_rate(r)
        lines[0][3:] = [f"{r['dense_operations'] / 1e9:.1f} GFLOP", f"{rate:.0f} GFLOP/s", percent(rate / r["matmul_gflops"])]
        lines.append(["all", "100%", ms(profile["ms"]), "", "", ""])
        what = {"forward": "Forward", "train": "Training step"}[r["deed"]]
        parts.append(f"{what}, {profile['n']:,} tokens, {profile['samples']:,} samples, matmul at {r['matmul_gflops']:.0f} GFLOP/s, "
                     f"{percent(profile['collecting'])} of the time in the garbage collector:\n\n"
                     + table(["stage", "share of time >", "time >", "arithmetic >", "rate >", "of matmul >"], lines))
    return "\n\n".join(parts)


def dense_rate(row):
    return row["dense_operations"] / (row["profile"]["dense"] * row["profile"]["ms"]) / 1e6


def model_dense(rows):
    return table(["inputs → outputs", "here >", "torch matmul 2048³ >", "torch `linear` >", "here / matmul >", "here / `linear` >"], [
        [f"{r['in']} → {r['out']}", f"{r['gflops']:.0f} GFLOP/s", f"{r['matmul_gflops']:.0f} GFLOP/s", f"{r['linear_gflops']:.0f} GFLOP/s",
         percent(r["share_of_matmul"]), percent(r["ratio"])] for r in rows])


def model_generate(rows):
    return table(["windows here", "a token here >", "tokens/s >", "Hugging Face, cached >", "tokens/s >", "ratio >", "least – most"], [
        [r["chunking"], f"{r['first_ms']:.2f} ms", per_second(r["first_ms"]), f"{r['second_ms']:.1f} ms", per_second(r["second_ms"]),
         times(r["ratio"]), spread(r)] for r in rows])


def model_flat(r):
    half = r["steps"] // 2
    return table(["tokens in the text >", "a token >", "ratio >", "the cache >"], [
        [f"{r['near'] + half:,}", f"{r['nearMicros'] / 1e3:.2f} ms", "", f"{r['nearBytes'] / 2 ** 20:.1f} MiB"],
        [f"{r['far'] + half:,}", f"{r['farMicros'] / 1e3:.2f} ms", times(r["ratio"]), f"{r['farBytes'] / 2 ** 20:.1f} MiB"]])


def model_memory(rows):
    return table(["what", "tokens >", "layers >", "heap", "peak of the process >"], [
        [{"forward": "forward", "train": "training step"}[r["deed"]], f"{r['n']:,}", r["layers"], f"`-Xmx{r['heap']}m`",
         gib(r["peakBytes"])] for r in rows])


def beside_parameters(r):
    """Bytes of the heap that are neither a parameter, nor its gradient, nor one of the two moments of AdamW."""
    return r["heap"] * 2 ** 20 - 4 * 4 * r["parameters"]


def model_depth(rows):
    return table(["tokens >", "layers >", "parameters >", "least heap >", "beside parameters, gradients and optimiser >"], [
        [f"{r['n']:,}", r["layers"], f"{r['parameters'] / 1e6:.1f} million", f"{r['heap']} MiB",
         f"{beside_parameters(r) / 2 ** 20:.0f} MiB"] for r in rows])


def model_start(r):
    return table(["parameters >", "to the first token >", "least – most", f"to the end of {r['tokens']} tokens >"], [
        [f"{r['parameters'] / 1e6:.1f} million", f"{r['first_s']:.2f} s", f"{r['least_s']:.2f} – {r['most_s']:.2f}", f"{r['all_s']:.2f} s"]])


def goals(results):
    """What was asked for, beside what was reached."""
    rows = []

    def goal(section, text, reached, value):
        rows.append([text, value + named(results, section), verdict(reached)])

    for r in results.get("model_forward", []):
        goal("model_forward", f"forward ≥ 2 × Hugging Face, {r['n']:,} tokens", r["ratio"] >= 2, times(r["ratio"]))
    for r in results.get("model_dense", []):
        goal("model_dense", f"dense layer ≥ 85% of torch's matmul rate, {r['in']} → {r['out']}", r["share_of_matmul"] >= 0.85,
             f"{percent(r['share_of_matmul'])} (of torch's own dense layer: {percent(r['ratio'])})")
    for r in results.get("model_generate", []):
        goal("model_generate", f"tokens after a prompt of {r['prompt']:,} ≥ 10 × Hugging Face, {r['chunking']} windows", r["ratio"] >= 10,
             f"{times(r['ratio'])}, {per_second(r['first_ms'])} tokens/s")
    if "model_flat" in results:
        r = results["model_flat"]
        goal("model_flat", "the 60,000th token ≤ 1.2 × the 1,000th, sliding windows", r["ratio"] <= 1.2, times(r["ratio"]))
    limits = {("forward", 1 << 19): 6, ("forward", 1 << 20): 10, ("train", 1 << 16): 3, ("train", 1 << 18): 8}
    for r in results.get("model_memory", []):
        limit = limits[r["deed"], r["n"]]
        what = "forward over" if r["deed"] == "forward" else f"a training step of {r['layers']} layers over"
        goal("model_memory", f"{what} {r['n']:,} tokens in < {limit} GiB", r["peakBytes"] < limit * 2 ** 30, gib(r["peakBytes"]))
    if "model_depth" in results:
        shallow, deep = results["model_depth"]
        ratio = beside_parameters(deep) / beside_parameters(shallow)
        goal("model_depth", f"a training step of {deep['layers']} layers ≤ 1.15 × the memory of {shallow['layers']} layers, parameters and"
             " optimiser aside", ratio <= 1.15, times(ratio))
    for r in results.get("model_training", []):
        if r.get("activations") == "stored":  # what the planner picks at these lengths
            wanted = 1.5 if r["n"] == 4096 else 2.5
            goal("model_training", f"training step ≥ {wanted} × Hugging Face, {r['n']:,} tokens", r["ratio"] >= wanted, times(r["ratio"]))
    if "model_start" in results:
        r = results["model_start"]
        goal("model_start", "from the command to the first token of a model of 5 million parameters < 1 s", r["first_s"] < 1, f"{r['first_s']:.2f} s")
    return table(["goal", "reached", "met"], rows)


TABLES = {made.__name__: made for made in (
    model_forward, model_stages, model_dense, model_generate, model_flat, model_memory, model_depth, model_training, model_start)}
