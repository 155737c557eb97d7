"""Writes distributions.csv: shares below x and above it, computed in 40 digits (needs mpmath).

A row is: distribution, its two parameters, x, the chance of at most x, the chance of more.
"""

from mpmath import betainc, binomial, gammainc, mp, mpf

mp.dps = 40


def gamma(shape, _, x):
    return gammainc(shape, 0, x, regularized=True), gammainc(shape, x, regularized=True)


def beta(a, b, x):
    return betainc(a, b, 0, x, regularized=True), betainc(a, b, x, 1, regularized=True)


def poisson(mean, _, k):
    return gammainc(k + 1, mean, regularized=True), gammainc(k + 1, 0, mean, regularized=True)


def counted(n, p, k):
    mass = lambda i: binomial(n, i) * p**i * (1 - p) ** (n - i)
    return sum(map(mass, range(int(k) + 1))), sum(map(mass, range(int(k) + 1, int(n) + 1)))


rows = []
for shape in (0.01, 0.3, 1.0, 2.5, 17.0, 350.0, 12000.0):
    for z in (-4, -1.5, 0, 0.7, 3, 6):
        x = max(shape + z * shape**0.5, 0.05 * shape)
        rows.append((gamma, shape, 1.0, x))
for a, b in ((0.2, 0.3), (0.5, 4), (1, 1), (2, 5), (30, 2), (300, 700), (0.01, 50)):
    for x in (1e-9, 0.01, 0.2, 0.3, 0.5, 0.9, 0.97):
        rows.append((beta, float(a), float(b), x))
for mean in (0.2, 3.0, 80.0, 2000.0):
    for z in (-4, -1, 0, 2, 6):
        rows.append((poisson, mean, 0.0, float(max(0, int(mean + z * mean**0.5)))))
for n, p in ((5, 0.3), (60, 0.02), (400, 0.9), (1500, 0.5)):
    for z in (-3, -1, 0, 2, 4):
        k = min(max(0, int(n * p + z * (n * p * (1 - p)) ** 0.5)), n - 1)
        rows.append((counted, float(n), p, float(k)))

with open(__file__.replace(".py", ".csv"), "w") as out:
    for function, a, b, x in rows:
        below, above = (float(share) for share in function(mpf(a), mpf(b), mpf(x)))
        out.write(f"{function.__name__},{a!r},{b!r},{x!r},{below!r},{above!r}\n")
