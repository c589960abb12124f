"""Original bytes -> story -> rows.

``readers/``, ``clean`` and ``tagging`` are pure and run in any process; ``store`` alone touches the database.
"""
