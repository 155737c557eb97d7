"""Lets the bench, which started this process, have runs played and timed in turns with the others.

It says `play RUNS FIRST` on standard input; the answer is one line: the CPU time that it took, the mean of `terr` and its
standard error, the mean of `messages` and its standard error.
"""

import math
import sys
import time
from collections.abc import Callable, Sequence


def serve(made_of: str, play: Callable[[int, int], tuple[Sequence[float], Sequence[float]]]) -> None:
    """Answers until there are no more requests. `play` gets how many runs and the first one's number."""
    play(2, 0)  # Everything is loaded and allocated before somebody looks at the clock.
    print("ready", made_of, flush=True)
    for request in sys.stdin:
        word, runs, first = request.split()
        if word != "play":
            raise SystemExit(f"no such request: {request!r}")
        start = time.thread_time()
        terr, messages = play(int(runs), int(first))
        seconds = time.thread_time() - start
        print(repr(seconds), *estimate(terr), *estimate(messages), flush=True)


def estimate(values: Sequence[float]) -> tuple[float, float]:
    """The mean and its standard error."""
    count = len(values)
    mean = math.fsum(values) / count
    variance = math.fsum((float(value) - mean) ** 2 for value in values) / (count - 1)
    return mean, math.sqrt(variance / count)
