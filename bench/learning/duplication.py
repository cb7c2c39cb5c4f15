"""The table of the paper's duplication task: trained with some rounds of hashing, evaluated with others.

    python bench/learning/duplication.py --word-length 511 --steps 600 --out duplication

Trains one model for each of 1, 2 and 4 rounds and exact attention, evaluates each with 1, 2, 4 and 8 rounds and exact,
and writes the table between its markers in docs/training.md. A training that was stopped is gone on with, and one that is
done is not done again.
"""

import argparse
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "training.md"
BEGIN, END = "<!-- measured: duplication -->", "<!-- end -->"
TRAINED = ["exact", "4", "2", "1"]
EVALUATED = ["exact", "8", "4", "2", "1"]


def reformer(options, *arguments, capture=False):
    command = [options.reformer4j, *map(str, arguments)]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE if capture else None).stdout


def train(options, rounds):
    """The directory of a trained model."""
    out = options.out / f"trained-{rounds}"
    resume = ["--resume"] if (out / "checkpoints").exists() else []
    reformer(options, "train", "--task", "duplication", "--word-length", options.word_length, "--steps", options.steps,
             "--rounds", rounds, "--seed", 1, "--out", out, *resume)
    return out


def seconds(out):
    """What the steps of a training took."""
    lines = map(json.loads, (out / "metrics.jsonl").read_text().splitlines())
    return sum(line.get("seconds", 0) for line in lines)


def row(options, rounds):
    out = train(options, rounds)
    got = reformer(options, "eval", "--model", out, "--task", "duplication", "--word-length", options.word_length,
                   "--rounds", ",".join(EVALUATED), "--json", capture=True)
    accuracies = {str(line["rounds"]): line["accuracy"] for line in map(json.loads, got.splitlines())}
    cells = " | ".join(f"{100 * accuracies[rounds]:.1f}" for rounds in EVALUATED)
    return f"| {rounds} | {cells} | {seconds(out) / 60:.0f} min |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--word-length", type=int, default=511)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--out", type=Path, default=Path("duplication"), help="directory of the four models")
    parser.add_argument("--reformer4j", default=str(ROOT / "reformer4j"), help="the command")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    lines = [f"Words of {options.word_length} symbols, sequences of {2 * options.word_length + 2:,} tokens, {options.steps:,} steps of 8."
             " Per cent of the second word that is right, a row for each way of training, a column for each of evaluating:", "",
             "| trained with | " + " | ".join(EVALUATED) + " | training |",
             "| --- |" + " --: |" * (len(EVALUATED) + 1)]
    lines += [row(options, rounds) for rounds in TRAINED]
    text = PAGE.read_text()
    begin = text.index(BEGIN) + len(BEGIN)
    end = text.index(END, begin)
    PAGE.write_text(text[:begin] + "\n\n" + "\n".join(lines) + "\n\n" + text[end:])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
