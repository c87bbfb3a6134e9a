"""Words that say how rows turned out: late, early, free of charge, and by what they came and went."""

from collections.abc import Mapping
from typing import Any

from claribi.ask.adjectives import COST

# By the kind of keyword, then by what it says.
CONDITIONS: Mapping[str, Mapping[Any, str]] = {
    # Of what the schedule says: the operator that compares a delay with nothing.
    "late": {
        ">": "late, delayed, behind schedule, too late, with a delay, with delays",
        "<": "early, ahead of schedule, too early, ahead of time",
        "<=": "on time, punctual, on schedule, punctually",
    },
    # Which of two delays is meant.
    "moved": {
        "arrival": "arrive, arrives, arrived, arriving, arrivals, land, landed, landing",
        "departure": "depart, departs, departed, departing, departures, took off, take off, taking off",
    },
    "free": {None: "free, for free, free of charge, at no cost"},
    "costs": {
        COST: "cost anything, costs anything, costing anything, cost something, cost money, costs money"
    },
    "active": {None: "active"},
    "route": {None: "route"},
    "open": {None: "open, still open, unresolved, not closed, not yet closed, still unresolved, unsolved"},
    # Of one extreme: where and when that was as well.
    "ever": {None: "ever recorded, ever, of all time, on record, of all times"},
    "minus": {"-": "minus, less the, after subtracting, net of"},
    # Which side of nothing the number is on that follows, or stands before.
    "signed": {"<": "negative, is negative, are negative", ">": "positive, is positive, are positive"},
    # The least profit, or the most of a loss that is kept as one.
    "lost_most": {
        None: """
            largest loss, biggest loss, highest loss, greatest loss, worst loss, heaviest loss,
            largest losses, biggest losses, highest losses, greatest losses, worst losses,
            lose us the most money, lose the most money, lost the most money, loses the most money,
            losing the most money, loses us the most money, lost us the most money
        """
    },
    # What is told of each row beside its name.
    "beside": {
        None: """
            with their, with its, and their, along with their, together with their, with his, with her,
            including their
        """
    },
    # Who is there no more, by how.
    "left_office": {None: "left office, leave office, leaving office, out of office"},
    "died_in": {None: "died in office, died in service, died on duty, die in office"},
}
