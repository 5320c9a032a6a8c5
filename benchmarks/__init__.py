"""How fast Baton is: `python -m benchmarks [name ...] [--quick]` (`make bench` runs them all).

Every benchmark runs the real program in processes of its own, on a database, a folder and ports
that are gone afterwards, unless it says that it measures a floor or a pure function. Results are
written to `benchmarks/results/`. Nothing outside 127.0.0.1 is used.
"""
