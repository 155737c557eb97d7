"""The reference workload in NumPy, vectorised by hand over runs and actors.

A chunk of runs is played together. All actors act at the same time, so that one operation covers a rule of all actors in
all runs of the chunk, and mostly all six rules: only an actor's funds link one rule to the next. Arrays are indexed
[rule, actor, run], nothing is allocated in a tick, and numbers are kept in the form that takes the fewest passes:

- `lean` is 0.2 * support - 0.1 * i: what is rule i's own in -2 * x;
- a draw u is below 0.4 / (1 + exp(-2 * x)) where u * (1 + exp(-2 * x)) < 0.4, and x > -0.2 where -2 * x < 0.4;
- `half` is half of each amount that is sent, which is what it costs the sender;
- `own` has in row k what a message of kind k changes: strength, resolve, funds, and the support for the one actor who
  sends messages of kind 3. That actor is nobody's target, so that no rule reads it.
"""

import math
import platform

import numpy as np

from serve import serve

ACTORS, RULES, KINDS, ALLIANCES, AREAS, TICKS = 12, 6, 4, 5, 15, 156
SEED = 7
# The best of 128, 256, 512, 1,024 and 2,048, with 1 MiB of second-level cache.
CHUNK = 1024


def column(*values: float) -> np.ndarray:
    """One value for each rule or kind, the same for all actors and runs."""
    return np.array(values)[:, None, None]


# What a unit of half an amount does to each row of `own`; what decay leaves of the first three rows, and adds to them.
EFFECTS = column(2 * 0.05, 2 * -0.03, 2 * 0.5, 2 * 0.05)
KEPT = column(0.98, 0.95, 0.97)
GAINED = column(0.02, 0.025, 0.05)
# Half an amount is funds * 0.05 * (0.5 + support), which is funds * (0.25 * lean + 0.025 * (1 + i)).
SHIFTS = column(*(0.025 * (1 + i) for i in range(RULES)))
LEAST_LEAN = column(*(-0.1 * i for i in range(RULES)))


class Room:
    """Hands out arrays from one block: on cache lines of their own, and in large pages where the system has them.

    Arrays that NumPy allocates one by one start in the middle of a cache line, which costs some 6%.
    """

    LINE = 64

    def __init__(self, size: int) -> None:
        self.block = np.empty(size, dtype=np.uint8)
        self.used = -self.block.ctypes.data % self.LINE

    def array(self, *shape: int, dtype: type = np.float64) -> np.ndarray:
        """An array of this shape, with nothing in particular in it."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        start = self.used
        self.used += -(-size // self.LINE) * self.LINE
        return self.block[start : start + size].view(dtype).reshape(shape)


class Patrons:
    """What a chunk of runs needs."""

    def __init__(self, chunk: int) -> None:
        # A run takes 4,857 bytes; lines that are not filled take the rest.
        array = Room(5_000 * chunk + 10_000).array
        block = (RULES, ACTORS, chunk)
        self.lean = array(*block)
        self.y = array(*block)
        self.draws = array(*block)
        self.sends = array(*block, dtype=np.bool_)
        self.likely = array(*block, dtype=np.bool_)
        self.sent = array(*block)
        self.half = array(*block)
        self.own = array(KINDS, ACTORS, chunk)
        self.effect = array(KINDS, ACTORS, chunk)
        self.received = array(KINDS, ACTORS, chunk)
        self.more = array(RULES - KINDS, ACTORS, chunk)
        self.base = array(ACTORS, chunk)
        self.scratch = array(ACTORS, chunk)
        self.share = array(AREAS // ALLIANCES, ALLIANCES, chunk)
        self.luck = array(AREAS // ALLIANCES, ALLIANCES, chunk)
        self.ratio = array(ALLIANCES, chunk)
        self.terr = array(chunk)
        self.count = array(chunk, dtype=np.uint8)
        self.messages = array(chunk, dtype=np.int64)

        # The same memory under other names.
        self.strength, self.resolve, self.funds, self.raised = self.own
        self.rows = self.half.reshape(RULES * ACTORS, chunk)
        self.bits = self.sends.view(np.uint8)

        i, actor = np.ogrid[:RULES, :ACTORS]
        self.lean_at_start = (0.2 * support_at_start(actor, (actor + 1 + i) % ACTORS) - 0.1 * i)[:, :, None]
        self.raised_at_start = support_at_start(actor[0], (actor[0] - 4) % ACTORS)[:, None]
        # Who sends to an actor by rule i, as a row of [rule, actor].
        sender = i * ACTORS + (actor - 1 - i) % ACTORS
        self.senders, self.more_senders = sender[:KINDS], sender[KINDS:]

    def play(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Plays the chunk: `terr` at the end, and the number of messages."""
        self.lean[:] = self.lean_at_start
        self.half[:] = 0.0
        self.strength[:] = 1.0
        self.resolve[:] = 0.5
        self.funds[:] = 1.0
        self.raised[:] = self.raised_at_start
        self.share[:] = 0.7
        self.terr[:] = 0.7
        self.messages[:] = 0
        for _ in range(TICKS):
            self.inboxes_and_decay()
            self.rules(rng)
            self.areas(rng)
        return self.terr.copy(), self.messages.copy()

    def inboxes_and_decay(self) -> None:
        """What was sent in the last tick arrives, then everything fades."""
        received, own = self.received, self.own
        np.take(self.rows, self.senders, axis=0, out=received, mode="clip")
        np.take(self.rows, self.more_senders, axis=0, out=self.more, mode="clip")
        received[: RULES - KINDS] += self.more
        own += np.multiply(received, EFFECTS, out=self.effect)
        np.maximum(self.resolve, 0.0, out=self.resolve)
        np.minimum(self.raised, 1.0, out=self.raised)
        own[:3] *= KEPT
        own[:3] += GAINED

    def rules(self, rng: np.random.Generator) -> None:
        """All rules of all actors."""
        lean, y, sends, sent, half, funds = self.lean, self.y, self.sends, self.sent, self.half, self.funds
        # -2 * x, first what an actor's rules share, then what those share that look at the same kind, then the rest.
        base, scratch, received = self.base, self.scratch, self.received
        np.multiply(self.strength, -0.6, out=base)
        base += np.multiply(self.resolve, 0.5, out=scratch)
        base -= 0.3 * self.terr
        received *= 2 * -0.4
        received += base
        np.add(lean[:KINDS], received, out=y[:KINDS])
        np.add(lean[KINDS:], received[: RULES - KINDS], out=y[KINDS:])

        draws = rng.random(out=self.draws)
        np.less(y, 0.4, out=self.likely)
        np.exp(y, out=y)
        y += 1.0
        y *= draws
        np.less(y, 0.4, out=sends)
        sends &= self.likely
        np.copyto(sent, sends)

        np.multiply(lean, 0.25, out=half)
        half += SHIFTS
        half *= sent
        for amount in half:
            amount *= funds
            funds -= amount
        sent *= 0.2 * 0.01
        lean -= sent
        # `np.clip` is twice as fast as `np.maximum`.
        np.clip(lean, LEAST_LEAN, np.inf, out=lean)

        # The 72 messages that can be sent in a tick fit into a byte.
        np.add.reduce(self.bits, axis=(0, 1), dtype=np.uint8, out=self.count)
        self.messages += self.count

    def areas(self, rng: np.random.Generator) -> None:
        """The areas, which belong to the alliances in turn."""
        # -0.02 * (ratio - 1) + 0.03 * (u - 0.5), what is the alliance's first.
        ratio = np.divide(self.strength[1 : 1 + ALLIANCES], self.strength[0] + 0.01, out=self.ratio)
        ratio *= -0.02
        ratio += 0.02 - 0.03 * 0.5
        luck = rng.random(out=self.luck)
        luck *= 0.03
        luck += ratio
        self.share += luck
        np.clip(self.share, 0.0, 1.0, out=self.share)
        np.add.reduce(self.share, axis=(0, 1), out=self.terr)
        self.terr /= AREAS


def support_at_start(actor: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How much an actor supports another when a run begins."""
    return 0.3 + 0.02 * ((actor * 7 + other * 3) % 11)


def main() -> None:
    """Plays what the bench asks for."""
    patrons = Patrons(CHUNK)

    def play(runs: int, first: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.Generator(np.random.SFC64([SEED, first]))
        chunks = [patrons.play(rng) for _ in range(-(-runs // CHUNK))]
        terr, messages = (np.concatenate(part)[:runs] for part in zip(*chunks))
        return terr, messages

    loops = np.lib.introspect.opt_func_info(func_name="^exp$", signature="float64")["exp"]["dd"]["current"]
    serve(f"NumPy {np.__version__} with {loops} (Python {platform.python_version()})", play)


if __name__ == "__main__":
    main()
