"""What a model of bytes has to beat on a held-out text: an n-gram model learnt from the same texts, and xz.

    python bench/baselines/baselines.py novels/persuasion.txt novels/    # held-out file, directory of the others

The n-grams are of bytes, smoothed by interpolated modified Kneser-Ney (Chen and Goodman 1999), the best known of its
kind: order n foretells a byte from the n − 1 before it. xz is asked for the held-out text alone, and for what it adds
to the learnt texts when it has just compressed those (preset 9e, whose window holds all of them).
"""

import argparse
import json
import lzma
import math
from collections import defaultdict
from pathlib import Path

BYTES = 256


class KneserNey:
    """Interpolated modified Kneser-Ney over bytes."""

    def __init__(self, text, order):
        self.order = order
        self.levels = []
        counts = defaultdict(int)
        for i in range(len(text) - order + 1):
            counts[text[i:i + order]] += 1
        for length in range(order, 0, -1):
            self.levels.append(Level(counts))
            # Of shorter contexts it counts in how many places they stand, not how often.
            shorter = defaultdict(int)
            for gram in counts:
                shorter[gram[1:]] += 1
            counts = shorter
        self.levels.reverse()  # level k has contexts of k bytes

    def bits(self, text):
        """Bits for every byte of a text."""
        total = 0.0
        for i in range(len(text)):
            p = 1 / BYTES
            for length in range(min(self.order - 1, i) + 1):
                p = self.levels[length].interpolate(text[i - length:i], text[i], p)
            total -= math.log2(p)
        return total


class Level:
    """All n-grams of one length."""

    def __init__(self, counts):
        self.counts = counts
        self.total = defaultdict(int)
        self.kinds = defaultdict(lambda: [0, 0, 0])  # how many follow once, twice, more often
        seen = [0] * 5
        for gram, count in counts.items():
            self.total[gram[:-1]] += count
            self.kinds[gram[:-1]][min(count, 3) - 1] += 1
            if count <= 4:
                seen[count] += 1
        y = seen[1] / max(1, seen[1] + 2 * seen[2])
        self.discount = [0.0] + [max(0.0, k - (k + 1) * y * seen[k + 1] / max(1, seen[k])) for k in (1, 2, 3)]

    def interpolate(self, context, byte, shorter):
        total = self.total.get(context)
        if not total:
            return shorter
        count = self.counts.get(context + bytes([byte]), 0)
        kinds = self.kinds[context]
        kept = sum(self.discount[k + 1] * kinds[k] for k in range(3))
        return (max(0.0, count - self.discount[min(count, 3)]) + kept * shorter) / total


def xz(text):
    return 8 * len(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("held_out", type=Path, help="the text to foretell")
    parser.add_argument("learnt", type=Path, help="a directory of the texts to learn from; the held-out one is left out")
    parser.add_argument("--orders", type=int, nargs="+", default=[5, 6, 8], help="lengths of n-grams (default 5 6 8)")
    options = parser.parse_args()
    held = options.held_out.read_bytes()
    files = [file for file in sorted(options.learnt.iterdir()) if file.is_file() and not file.samefile(options.held_out)]
    learnt = b"".join(file.read_bytes() for file in files)
    rows = {f"{order}-grams, Kneser-Ney": KneserNey(learnt, order).bits(held) for order in options.orders}
    rows["xz -9e, the held-out text alone"] = xz(held)
    rows["xz -9e, behind the learnt texts"] = xz(learnt + held) - xz(learnt)
    print(json.dumps({"held_out_bytes": len(held), "learnt_bytes": len(learnt),
                      "bits_per_byte": {name: round(bits / len(held), 4) for name, bits in rows.items()}}, indent=1))


if __name__ == "__main__":
    main()
