"""Draws growth curves from the table that `cargo bench --bench growth -- sizes` writes.

    ENTENTE_BENCH_CSV=growth.csv cargo bench --bench growth -- sizes
    python benches/growth/plot.py growth.csv growth.svg
"""

import csv
import sys
from collections import defaultdict

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

BASE = {"actors": 12, "areas": 15}
STYLES = {"scalar loop": ("#6b6b6b", "s"), "engine Avx2": ("#d1781f", "^"), "engine Avx512": ("#1f5fa8", "o")}
OTHER = ("#2a8a4a", "d")
LABELS = {"engine Avx2": "engine, AVX2", "engine Avx512": "engine, AVX-512", "engine Baseline": "engine, baseline"}


def curves(rows, axis):
    """Points (size, microseconds a run) of each implementation along one axis, the other at its base."""
    other = next(name for name in BASE if name != axis)
    found = defaultdict(list)
    for row in rows:
        if int(row[other]) == BASE[other]:
            found[row["who"]].append((int(row[axis]), 1e6 / float(row["runs_per_second"])))
    return {who: sorted(points) for who, points in found.items()}


def draw(ax, found, axis):
    slowest = found["scalar loop"]
    for who, points in found.items():
        colour, marker = STYLES.get(who, OTHER)
        ax.plot(*zip(*points), color=colour, marker=marker, label=LABELS.get(who, who))
    best = next(who for who in ("engine Avx512", "engine Avx2", "engine Baseline") if who in found)
    engine, colour = found[best], STYLES.get(best, OTHER)[0]
    for (size, engine_time), (_, scalar_time) in zip(engine, slowest):
        lead = f"{scalar_time / engine_time:.1f}×"
        below = {"xytext": (7, -7), "textcoords": "offset points", "ha": "left", "va": "top"}
        ax.annotate(lead, (size, engine_time), **below, fontsize=9, color=colour)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    sizes = [size for size, _ in slowest]
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.set_xlim(sizes[0] / 1.6, sizes[-1] * 1.6)
    ax.set_ylim(min(time for _, time in engine) / 2, slowest[-1][1] * 2)
    ax.set_xlabel(f"{axis} ({', '.join(f'{value} {name}' for name, value in BASE.items() if name != axis)})")
    ax.grid(True, color="#e4e4e4", linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)


def main(table, picture):
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    plt.rcParams.update({"svg.hashsalt": "growth", "font.size": 10})
    figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
    for ax, axis in zip(axes, BASE):
        draw(ax, curves(rows, axis), axis)
    axes[0].set_ylabel("time a run (µs)")
    axes[0].legend(frameon=False, loc="upper left")
    limits = [limit for ax in axes for limit in ax.get_ylim()]
    for ax in axes:
        ax.set_ylim(min(limits), max(limits))
    figure.suptitle(
        "The reference workload as it grows: one thread, 156 ticks, 6 rules an actor\n"
        "(numbers: how many times as fast as the scalar loop the engine is)",
        fontsize=10.5,
    )
    metadata = {"Date": None} if picture.endswith(".svg") else None
    figure.savefig(picture, facecolor="white", metadata=metadata)


if __name__ == "__main__":
    main(*sys.argv[1:3])
