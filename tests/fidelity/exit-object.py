# SystemExit takes anything.
raise SystemExit({'a': 1})
