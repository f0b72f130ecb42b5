#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The worked examples of tests/unit/measure, computed apart from the program.

Exact fractions as long as they last, then decimals of 50 digits or double precision. Nothing here
is shared with src/measure; the numbers it prints stand in the tests.
"""
from fractions import Fraction as F
from math import atan, erf, exp, log, pi, sqrt


def bisect(f, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


def student_density(x, df):
    """Product form of the density for whole df, without gamma functions."""
    c = 1 / pi if df % 2 else 1 / (2 * sqrt(2))
    k = 1 if df % 2 else 2
    while k < df:
        c *= (k + 1) / k * sqrt(k / (k + 2))
        k += 2
    return c * (1 + x * x / df) ** (-(df + 1) / 2)


def student(df, p=0.975):
    """Quantile by Simpson's rule on the density."""
    def probability(x, n=4000):
        h = x / n
        s = student_density(0, df) + student_density(x, df)
        s += sum((4 if i % 2 else 2) * student_density(i * h, df) for i in range(1, n))
        return 0.5 + s * h / 3
    return bisect(lambda x: probability(x) - p, 0, 50)


Z = bisect(lambda x: 0.5 * (1 + erf(x / sqrt(2))) - 0.975, 0, 10)


def mean_of_days():
    days = [100, 104, 99, 103, 98, 102, 97]
    n = len(days)
    x = [F(i) for i in range(n)]
    y = [F(d) for d in days]
    mx, my = sum(x) / n, sum(y) / n
    slope = sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)
    e = [b - my - slope * (a - mx) for a, b in zip(x, y)]
    squares = sum(v * v for v in e)
    raw = sum(e[i] * e[i + 1] for i in range(n - 1)) / (n - 1) / (squares / n)
    r = max(raw + (1 + 4 * raw) / n, F(0))
    swelling = (1 + r) / (1 - r)
    error = sqrt(squares / (n - 2) * swelling / n)
    df = max(F(n - 2) / swelling, F(1))
    print("mean of days", float(my), "slope", slope, "r", float(raw), float(r), "error", error,
          "df", float(df), "interval", float(my) - student(5) * error, float(my) + student(5) * error)


def decay():
    a = [1000, 970, 955, 910, 905]
    n = len(a)
    y = [log(v) for v in a]
    mx, my = (n - 1) / 2, sum(y) / n
    sxx = sum((i - mx) ** 2 for i in range(n))
    slope = sum((i - mx) * (y[i] - my) for i in range(n)) / sxx
    rss = sum((y[i] - my - slope * (i - mx)) ** 2 for i in range(n))
    error = sqrt(rss / (n - 2) / sxx)
    tss = sum((v - my) ** 2 for v in y)
    t = student(n - 2)
    print("decay", -slope, "error", error, "low", -slope - t * error, "high", -slope + t * error,
          "half-life", log(2) / -slope, "r2", 1 - rss / tss, "ln A0", my - slope * mx)


def chapman():
    n1, n2, m = 200, 150, 30
    n = F((n1 + 1) * (n2 + 1), m + 1) - 1
    v = F((n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m), (m + 1) ** 2 * (m + 2))
    factor = exp(Z * sqrt(v) / float(n))
    print("chapman", float(n), "se", sqrt(v), float(n) / factor, float(n) * factor)


def churn():
    d = [F(24), F(72), F(168)]
    w = F(168)
    active = 1000 * sum(x / (x + w) for x in d) / 3
    mean = sum(d) / 3
    print("churn active", float(active), "leases", float(1000 * mean / (mean + w)))


def kaplan_meier():
    """Freireich et al. 1963, 6-MP arm: weeks of remission, + still going on."""
    data = [(6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1),
            (16, 1), (17, 0), (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0),
            (34, 0), (35, 0)]
    s, g = F(1), F(0)
    for t in sorted({t for t, ended in data if ended}):
        risk = sum(1 for x, _ in data if x >= t)
        ended = sum(1 for x, e in data if x == t and e)
        s *= F(risk - ended, risk)
        g += F(ended, risk * (risk - ended))
        half = Z * sqrt(g) / abs(log(s))
        print("kaplan-meier", t, risk, ended, float(s), "se", float(s) * sqrt(g),
              float(s) ** exp(half), float(s) ** exp(-half))


def differences():
    treated = [([100, 98, 96], [60, 58]), ([200, 196, 192], [110, 108]), ([50, 49, 48], [33, 31])]
    control = [([80, 79, 78], [70, 69]), ([300, 291, 288], [260, 255]), ([40, 40, 39], [36, 36])]

    def mean(x):
        return sum(x) / len(x)

    def group(g):
        x, y = [mean(h[0]) for h in g], [mean(h[1]) for h in g]
        ratio, n = sum(y) / sum(x), len(g)
        sigma2 = sum((b - ratio * a) ** 2 / a for a, b in zip(x, y)) / (n - 1)
        return log(ratio), sqrt(sigma2 / sum(x)) / ratio, n - 1
    (a, ea, na), (b, eb, nb) = group(treated), group(control)
    df = (ea**2 + eb**2) ** 2 / (ea**4 / na + eb**4 / nb)
    print("differences", a - b, "error", sqrt(ea**2 + eb**2), "df", df, "effect", 1 - exp(a - b))


def tools():
    """Reports of one tool: rate, and its cluster error as a ratio of sums (Cochran 1977, 6.4)."""
    first = [(100 + i, 20 + i % 3) for i in range(12)]
    second = [(100, 5 + i % 2) for i in range(12)]
    units = [(a[0] + b[0], a[1] + b[1]) for a, b in zip(first, second)]
    n, m, x = len(units), sum(u[0] for u in units), sum(u[1] for u in units)
    rate = F(x, m)
    variance = F(n, n - 1) * sum((F(u[1]) - rate * u[0]) ** 2 for u in units) / m**2
    half = Z * sqrt(variance)
    print("tool", m, x, float(rate), float(rate) - half, float(rate) + half)
    a, b = (F(sum(u[1] for u in w), sum(u[0] for u in w)) for w in (first, second))
    print("tool reduction", float(a), float(b), float(1 - b / a))


def published():
    base, december, january, february = 2014512, 1052479, 1004706, 917492
    print("2020 reduction to December", float(1 - F(december, base)), "February",
          float(1 - F(february, base)), "December to January", float(F(january, december) - 1))


def quantiles():
    for df in (1, 2, 3, 5, 10):
        print("student", df, student(df), "closed" if df > 1 else 0.5 + atan(student(1)) / pi)
    print("normal", Z)


if __name__ == "__main__":
    for example in (quantiles, mean_of_days, decay, chapman, churn, kaplan_meier, differences,
                    tools, published):
        example()
