"""Writes functions.csv: reference values of the elementary functions, computed in 60 digits (needs mpmath).

A row is: function, x, y (0 but for pow), the value rounded to a double, and what that rounding lost in units of the
double's last place. Doubles are given by their bits.
"""

import math
import random
import struct

from mpmath import erfc, exp, ln, mp, mpf, npdf, power, sqrt

mp.dps = 60
dice = random.Random(1)


def bits(x):
    return f"{struct.unpack('<Q', struct.pack('<d', x))[0]:x}"


def norm_cdf(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def norm_inverse(u):
    tail = min(u, 1 - u)
    z = sqrt(-2 * ln(tail)) if tail < 0.1 else mpf(1)
    for _ in range(200):  # Newton on the logarithm, from above
        below = erfc(z / sqrt(mpf(2))) / 2
        step = (ln(below) - ln(tail)) * below / npdf(z)
        z += step
        if abs(step) < mpf(10) ** -50:
            break
    return -z if u < 0.5 else z


def logistic(x):
    return 1 / (1 + exp(-x))


def spread(low, high, n):
    return [dice.uniform(low, high) for _ in range(n)]


def sizes(low, high, n):
    return [10 ** dice.uniform(low, high) for _ in range(n)]


def either(values):
    return [v * dice.choice((-1, 1)) for v in values]


points = {
    "exp": spread(-708, 709.7, 40) + spread(-1, 1, 40) + either(sizes(-18, 0, 15)) + spread(-745, -708, 8) + [709.78, -745.13],
    "ln": sizes(-307, 308, 30) + spread(0.5, 2, 40) + [1 + v for v in either(sizes(-15, -2, 20))] + [5e-324, 1e-310, 3e-320]
    + [math.sqrt(0.5), math.sqrt(2), 2.0, 10.0],
    "logistic": spread(-40, 40, 40) + spread(-1, 1, 20) + spread(-740, -40, 10) + either(sizes(-18, 0, 10)),
    "norm_cdf": spread(-8, 8, 50) + spread(-1, 1, 20) + spread(-37.5, -8, 20) + either(sizes(-18, 0, 10)),
    "norm_inverse": spread(0, 1, 50) + sizes(-16.3, -1, 30) + [1 - v for v in sizes(-15, -1, 20)] + sizes(-307, -16, 15)
    + [0.5 + v for v in either(sizes(-15, -2, 15))] + [2.0**-54, 1 - 2.0**-53, 0.1, 0.9, 0.75, 5e-324],
}
rows = [(name, x, 0.0, globals()[name](mpf(x))) for name, xs in points.items() for x in xs if not (name == "norm_inverse" and x == 0.5)]
for _ in range(120):
    x = 10 ** dice.uniform(-6, 6) if dice.random() < 0.6 else 1 + dice.uniform(-0.4, 0.4)
    y = dice.uniform(-705, 705) / math.log(x) if dice.random() < 0.5 else dice.uniform(-6, 6)
    rows.append(("pow", x, y, power(mpf(x), mpf(y))))
for x, y in [(0.98, 1000.0), (1.0000001, 1e9), (3.0, -300.0), (2.0, 0.5), (5e-324, 0.5), (1e300, -1.02)]:
    rows.append(("pow", x, y, power(mpf(x), mpf(y))))

with open(__file__.replace(".py", ".csv"), "w") as out:
    for name, x, y, value in rows:
        near = float(value)
        out.write(f"{name},{bits(x)},{bits(y)},{bits(near)},{float((value - mpf(near)) / mpf(math.ulp(near))):.5f}\n")
