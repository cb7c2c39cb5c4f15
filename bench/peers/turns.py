"""Two sides in turn, run by run, so that whatever slows the machine for a while slows both."""

import statistics
import time

REST = 0.05  # seconds between two runs, in which the threads of the side before go to sleep


def turns(runs, repetitions, warm=2):
    """Runs all in turn, warm-up first, and returns the milliseconds of every turn."""
    for _ in range(warm):
        for run in runs:
            run()
    seen = []
    for _ in range(repetitions):
        turn = []
        for run in runs:
            time.sleep(REST)
            turn.append(run())
        seen.append(turn)
    return seen


def averaged(run, times):
    """Several runs in a row as one, and their mean."""
    return lambda: statistics.fmean(run() for _ in range(times))


def compare(seen, first, second):
    """The medians of two columns of turns, and the median of the ratios second / first."""
    ratios = [turn[second] / turn[first] for turn in seen]
    return {"first_ms": statistics.median(turn[first] for turn in seen),
            "second_ms": statistics.median(turn[second] for turn in seen),
            "ratio": statistics.median(ratios), "ratio_least": min(ratios), "ratio_most": max(ratios), "pairs": len(seen)}


def pairs(first, second, repetitions, warm=2):
    """Two runs in turn."""
    return compare(turns([first, second], repetitions, warm), 0, 1)
