"""The reference workload in Mesa: an agent an actor, one model a run, as Mesa's own tutorial goes about it."""

import platform
from math import exp
from statistics import fmean

import mesa

from serve import serve

ACTORS, RULES, KINDS, ALLIANCES, AREAS, TICKS = 12, 6, 4, 5, 15, 156


class Actor(mesa.Agent):
    """The government, an alliance or a patron."""

    def __init__(self, model: "Patrons", number: int) -> None:
        super().__init__(model)
        self.number = number
        self.strength = 1.0
        self.resolve = 0.5
        self.funds = 1.0
        self.support = [0.3 + 0.02 * ((number * 7 + j * 3) % 11) for j in range(ACTORS)]
        self.targets = [(number + 1 + i) % ACTORS for i in range(RULES)]
        self.inbox: list[tuple[int, int, float]] = []
        self.arriving: list[tuple[int, int, float]] = []

    def deliver(self) -> None:
        """What was sent in the last tick is what is applied in this one."""
        self.inbox, self.arriving = self.arriving, []

    def act(self) -> None:
        """Inbox, decay, rules."""
        support = self.support
        received = [0.0] * KINDS
        for sender, kind, amount in self.inbox:
            received[kind] += amount
            if kind == 0:
                self.strength += 0.05 * amount
            elif kind == 1:
                self.resolve = max(0.0, self.resolve - 0.03 * amount)
            elif kind == 2:
                self.funds += 0.5 * amount
            else:
                support[sender] = min(1.0, support[sender] + 0.05 * amount)

        self.strength = 0.98 * self.strength + 0.02
        self.resolve = 0.95 * self.resolve + 0.025
        self.funds = 0.97 * self.funds + 0.05

        model = self.model
        draw = model.random.random
        base = 0.3 * self.strength - 0.25 * self.resolve + 0.15 * model.terr
        for i, target in enumerate(self.targets):
            kind = i % KINDS
            x = base + 0.2 * received[kind] - 0.1 * support[target] + 0.05 * i
            u = draw()
            if x > -0.2 and u < 0.4 / (1.0 + exp(-2.0 * x)):
                amount = 0.1 * self.funds * (0.5 + support[target])
                model.actors[target].arriving.append((self.number, kind, amount))
                self.funds -= 0.5 * amount
                support[target] = max(0.0, support[target] - 0.01)
                model.messages += 1


class Patrons(mesa.Model):
    """One run."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed=seed)
        self.share = [0.7] * AREAS
        self.terr = 0.7
        self.messages = 0
        self.actors = [Actor(self, number) for number in range(ACTORS)]

    def step(self) -> None:
        """One tick: all actors, who see what they saw when it began, then the areas."""
        self.agents.do("deliver")
        self.agents.do("act")
        draw = self.random.random
        actors = self.actors
        government = actors[0].strength + 0.01
        for area, share in enumerate(self.share):
            ratio = actors[1 + area % ALLIANCES].strength / government
            self.share[area] = min(1.0, max(0.0, share - 0.02 * (ratio - 1.0) + 0.03 * (draw() - 0.5)))
        self.terr = fmean(self.share)


def play(runs: int, first: int) -> tuple[list[float], list[float]]:
    """`terr` at the end of each run, and its number of messages."""
    terr, messages = [], []
    for run in range(first, first + runs):
        model = Patrons(seed=run)
        for _ in range(TICKS):
            model.step()
        terr.append(model.terr)
        messages.append(float(model.messages))
    return terr, messages


if __name__ == "__main__":
    serve(f"Mesa {mesa.__version__} (Python {platform.python_version()})", play)
