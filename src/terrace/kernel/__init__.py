"""What every context shares: money, quantity, tiers, clock, ids, errors, events.

Plain Python; `db` and `words` alone know Django.
"""
