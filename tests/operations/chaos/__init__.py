"""The chaos harness: a whole site of its own, one fault after another, and nothing lost.

``make chaos`` runs it for half an hour, ``make chaos DURATION=120`` for two minutes, and
``make test`` a slice of it (``test_chaos.py``).
"""
