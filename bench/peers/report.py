"""Writes the tables of docs/performance.md from bench/results.json, each between its two markers.

    python bench/peers/report.py           # writes
    python bench/peers/report.py --check   # fails if a table is not what the results say
"""

import json
import re
import sys
from pathlib import Path

import model_report
from tables import elsewhere, mib, ms, named, percent, spread, table, times, verdict

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results.json"
DOCUMENT = ROOT / "docs" / "performance.md"


def machine(found):
    return table(["", ""], [
        ["processor", f"{found['cpu']}, {found['processors']} cores used"],
        ["memory", f"{found['memory_gib']} GiB"],
        ["kernels here", found["kernels"]],
        ["JVM", f"{found['jdk']}, `{found['jvm_flags']}`"],
        ["peers", f"torch {found['torch']} ({found['torch_cpu']}), transformers {found['transformers']}, Python {found['python']}"],
        ["threads", f"{found['threads']} on both sides"],
        ["measured", found["date"]],
    ])


def matmul(rows):
    return table(["tokens >", "buckets", "forward >", "torch matmul 2048³ >", "nominal >", "executed >", "nominal / matmul >", "executed / matmul >"], [
        [f"{r['n']:,}", r["buckets"].replace("x", "×"), ms(r["second_ms"]), f"{r['matmul_gflops']:.0f} GFLOP/s",
         f"{r['nominal'] / 1e9:.2f} GFLOP", f"{r['executed'] / 1e9:.2f} GFLOP", percent(r["nominal_share"]), percent(r["executed_share"])]
        for r in rows])


def hf(rows):
    return table(["tokens >", "buckets here", "buckets there", "here, with projections >", "of that projections >", "Hugging Face >", "ratio >", "least – most"], [
        [f"{r['n']:,}", r["ours_buckets"].replace("x", "×"), r["theirs_buckets"].replace("x", "×"), ms(r["first_ms"]),
         ms(r["projections_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r)] for r in rows])


def sdpa(rows):
    return table(["tokens >", "LSH here >", "torch, exact >", "ratio >", "least – most"], [
        [f"{r['n']:,}", ms(r["first_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r)] for r in rows])


def exact(rows):
    return table(["tokens >", "torch, exact >", "ExactAttention >", "ratio >", "least – most"], [
        [f"{r['n']:,}", ms(r["first_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r)] for r in rows])


def backward(rows):
    return table(["tokens >", "forward >", "forward + backward >", "ratio >", "least – most"], [
        [f"{r['n']:,}", ms(r["first_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r)] for r in rows])


STAGES = ["hashing", "sorting", "gathering", "scores", "softmax", "values", "merging", "other"]


def stages(rows):
    parts = []
    for r in rows:
        profile, arithmetic = r["profile"], r["arithmetic"]
        lines = []
        for stage in STAGES:
            took = profile["ms"] * profile[stage]
            flops = arithmetic.get(f"executed.{stage}")
            rate = flops / took / 1e6 if flops and took else None
            lines.append([stage, percent(profile[stage]), ms(took), f"{flops / 1e9:.2f} GFLOP" if flops else "",
                          f"{rate:.0f} GFLOP/s" if rate else "", percent(rate / r["matmul_gflops"]) if rate else ""])
        lines.append(["all", "100%", ms(profile["ms"]), f"{arithmetic['executed'] / 1e9:.2f} GFLOP",
                      f"{arithmetic['executed'] / profile['ms'] / 1e6:.0f} GFLOP/s",
                      percent(arithmetic["executed"] / profile["ms"] / 1e6 / r["matmul_gflops"])])
        parts.append(f"{profile['n']:,} tokens, {profile['samples']:,} samples, matmul at {r['matmul_gflops']:.0f} GFLOP/s:\n\n"
                     + table(["stage", "share of time >", "time >", "executed >", "rate >", "of matmul >"], lines))
    return "\n\n".join(parts)


def pages(rows):
    return table(["tokens >", "huge pages >", "small pages >", "ratio >", "least – most"], [
        [f"{r['n']:,}", ms(r["first_ms"]), ms(r["second_ms"]), times(r["ratio"]), spread(r)] for r in rows])


def memory(rows):
    return table(["tokens >", "output >", "ids and orders >", "their sum (the goal) >", "kept after the call >", "allocated by the call >", "allocated beside the output >"], [
        [f"{r['n']:,}", mib(r["output"]), mib(r["idsAndOrder"]), mib(r["goal"]), mib(r["kept"]), mib(r["allocated"]), mib(r["allocated"] - r["output"])]
        for r in rows])


def million(r):
    return table(["tokens >", "buckets", "time >", "per token >", f"per token at {r['referenceN']:,} >", "ratio >", "first call in an untouched heap >", "heap"], [
        [f"{r['n']:,}", r["buckets"].replace("x", "×"), f"{r['ms'] / 1e3:.1f} s", f"{1e3 * r['ms'] / r['n']:.2f} µs",
         f"{1e3 * r['referenceMs'] / r['referenceN']:.2f} µs", times(r["timePerTokenRatio"]), f"{r['untouchedMs'] / 1e3:.1f} s", f"-Xmx{round(r['heapMiB'] / 1024)}g"]])


def genome(r):
    return table(["bases >", "heads × width", "hashing", "time >", "per base and head >", "input on the heap >", "output and hashes >"], [
        [f"{r['n']:,}", f"{r['heads']} × {r['width']}", r["hashes"].replace(" over " + str(r["n"]) + " tokens", "").replace("x", "×"),
         f"{r['ms'] / 1e3:.1f} s", f"{1e3 * r['ms'] / r['n'] / r['heads']:.2f} µs", f"{r['inputMiB']:,} MiB", f"{r['keptMiB']:,} MiB"]])


def by_n(rows, n):
    return next(r for r in rows if r["n"] == n)


def goals(results):
    """What was asked for, beside what was reached."""
    rows = []

    def goal(text, reached, value, section):
        rows.append([text, value + named(results, section), verdict(reached)])

    if "matmul" in results:
        for r in results["matmul"]:
            goal(f"nominal arithmetic at ≥ 60% of torch's matmul rate, {r['n']:,} tokens", r["nominal_share"] >= 0.6,
                 f"{percent(r['nominal_share'])} (executed: {percent(r['executed_share'])})", "matmul")
    if "hf" in results:
        for n, wanted in ((4096, 9), (65536, 14)):
            found = [r for r in results["hf"] if r["n"] == n]
            value = ", ".join(f"{times(r['ratio'])} ({'automatic buckets' if r['ours_buckets'] == 'auto' else 'the same buckets'})" for r in found)
            goal(f"≥ {wanted} × Hugging Face's LSHSelfAttention, {n:,} tokens", min(r["ratio"] for r in found) >= wanted, value, "hf")
    if "sdpa" in results:
        for n, wanted, word in ((1024, 1, "no slower than"), (2048, 1, "faster than"), (4096, 1, "faster than"), (16384, 1, "faster than"), (65536, 35, "≥ 35 ×")):
            r = by_n(results["sdpa"], n)
            goal(f"{word} torch's exact attention, {n:,} tokens", r["ratio"] >= wanted, times(r["ratio"]), "sdpa")
    if "backward" in results:
        for r in results["backward"]:
            goal(f"forward + backward ≤ 3.5 × forward, {r['n']:,} tokens", r["ratio"] <= 3.5, times(r["ratio"]), "backward")
    if "exact" in results:
        for r in results["exact"]:
            goal(f"ExactAttention ≤ 1.3 × torch's, {r['n']:,} tokens", r["ratio"] <= 1.3, times(r["ratio"]), "exact")
    if "memory" in results:
        for r in results["memory"]:
            beside, whole = r["allocated"] - r["output"], r["allocated"]
            met = verdict(beside <= r["goal"]) + ("" if whole <= r["goal"] else "; with the output counted as that copy, **no**")
            rows.append([f"extra memory of a forward ≤ a copy of the output + 8 bytes × n × rounds × heads, {r['n']:,} tokens",
                         f"{mib(beside)} beside the output, {mib(whole)} with it, of {mib(r['goal'])}{named(results, 'memory')}", met])
    if "million" in results:
        r = results["million"]
        goal("1,048,576 tokens in one call, time per token ≤ 1.5 × that at 65,536", r["timePerTokenRatio"] <= 1.5, times(r["timePerTokenRatio"]), "million")
    if "genome" in results:
        r = results["genome"]
        goal("the E. coli genome in one call", True, f"{r['n']:,} bases in {r['ms'] / 1e3:.1f} s", "genome")
    return table(["goal", "reached", "met"], rows)


TABLES = {name: globals()[name] for name in ("machine", "matmul", "hf", "sdpa", "exact", "backward", "stages", "pages", "memory", "million", "genome")}
TABLES |= model_report.TABLES


def summary(results):
    """All that was measured, for the terminal."""
    parts = [f"## {name}\n\n{TABLES[name](results[name])}" for name in TABLES if name in results]
    return "\n\n".join([*parts, "## goals\n\n" + goals(results), "## model_goals\n\n" + model_report.goals(results)])


def place(results, section):
    """A line on where a table was measured, if that is another machine than the one at the top of the page."""
    there = elsewhere(results, section)
    if there is None:
        return ""
    return (f"\n\nMeasured on another machine: {there['cpu']}, {there['processors']} cores used, kernels {there['kernels']},"
            f" torch {there['torch']} ({there['torch_cpu']}), `{there['jvm_flags']}`, {there['date']}.")


def fill(text, results):
    """The document with every table between its markers made anew; sections without results are left as they are."""
    made = {name: TABLES[name](results[name]) + place(results, name) for name in TABLES if name in results}
    made["goals"] = goals(results)
    made["model_goals"] = model_report.goals(results)
    for name, content in made.items():
        pattern = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.S)
        if not pattern.search(text):
            raise SystemExit(f"{DOCUMENT.relative_to(ROOT)} has no place for {name}; write <!-- measured: {name} --> and <!-- end --> where the table belongs")
        text = pattern.sub(lambda match: f"{match.group(1)}\n{content}\n\n{match.group(2)}", text)
    return text


def main():
    if not RESULTS.exists():
        raise SystemExit(f"{RESULTS.relative_to(ROOT)} is not there; run python bench/peers/measure.py first")
    text = DOCUMENT.read_text()
    filled = fill(text, json.loads(RESULTS.read_text()))
    if "--check" in sys.argv[1:]:
        if filled != text:
            raise SystemExit(f"the tables in {DOCUMENT.relative_to(ROOT)} are not those of {RESULTS.relative_to(ROOT)}; run python bench/peers/report.py")
    else:
        DOCUMENT.write_text(filled)


if __name__ == "__main__":
    main()
