"""Adjectives that tell what they measure: `heaviest`, `cheaper than`."""

from collections.abc import Mapping

# What the adjectives of superlatives and comparisons measure, by what columns are called.
LENGTH = "duration runtime length distance air_time running_time playing_time pages"
PRICE = "price fare cost msrp fee rent amount"
COST = "cost price charge fare msrp fee rent amount"
WEIGHT = "weight mass"
HEAT = "temperature_max maximum_temperature max_temperature temperature heat"
COLD = "temperature_min minimum_temperature min_temperature temperature"
RAIN = "precipitation rain rainfall precip"
INCOME = "income salary gdp_per_capita gdp wage"
WORTH = "market_value marketvalue market_cap market_capitalization net_worth valuation worth value"
PAY = "income salary wage pay compensation earnings"
DEAD = "fatalities deaths killed victims casualties"
PEOPLE_COUNTED = "individual people inhabitant population"
RATED = "rating score stars"
STRENGTH = "magnitude mag strength intensity force power"
TENURE = "tenure seniority years_at_company"
MOST_OF: Mapping[tuple[bool, str], str] = {
    (False, "profit net_profit profits earnings net_income"): "most profitable",
    (True, "profit net_profit profits earnings net_income"): "least profitable",
    (False, WORTH): "most valuable, highest valued",
    (True, WORTH): "least valuable, lowest valued",
    (False, DEAD): "deadliest",
    (False, RATED): "highest rated, best rated, top rated, best reviewed, highest scoring",
    (True, RATED): "lowest rated, worst rated, worst reviewed, lowest scoring",
    (False, LENGTH): "longest",
    (True, LENGTH): "shortest",
    (False, PRICE): "most expensive, priciest, dearest, costliest",
    (True, PRICE): "cheapest, least expensive",
    (False, "age"): "oldest",
    (True, "age"): "youngest",
    (False, WEIGHT): "heaviest",
    (True, WEIGHT): "lightest",
    (False, "height"): "tallest",
    (False, "speed velocity"): "fastest",
    (True, "speed velocity"): "slowest",
    (False, HEAT): "hottest, warmest",
    (True, COLD): "coldest, coolest",
    (False, RAIN): "wettest, rainiest",
    (True, RAIN): "driest",
    (False, "wind"): "windiest",
    (False, "sodium salt"): "saltiest",
    (False, "sugar"): "sweetest, most sugary",
    (False, "total_fat fat"): "fattiest, fattest",
    (True, "total_fat fat"): "leanest",
    (False, STRENGTH): "most powerful",
    (False, "depth"): "deepest",
    (True, "depth"): "shallowest",
    (False, "width"): "widest",
    (True, "width"): "narrowest",
    (False, "humidity humid"): "most humid",
    (False, INCOME): "richest, wealthiest, best paid, highest paid",
    (True, INCOME): "poorest, worst paid, lowest paid",
    (False, "population pop"): "most populous, most populated",
    (True, "population pop"): "least populous, least populated",
}
COMPARES_OF: Mapping[tuple[str, str], str] = {
    (">", LENGTH): "longer than",
    (">", COST): """
        cost more than, costs more than, costing more than, cost over, costs over, costing over,
        cost above, priced over, priced above, priced at more than, worth more than, worth over, worth above
    """,
    ("<", COST): """
        cost less than, costs less than, costing less than, cost under, costs under, costing under,
        cost below, priced under, priced below, priced at less than, worth less than, worth under, worth below
    """,
    ("<", LENGTH): "shorter than",
    (">", PRICE): "more expensive than, dearer than, costlier than",
    ("<", PRICE): "cheaper than, less expensive than",
    (">", "age"): "older than",
    ("<", "age"): "younger than",
    (">", WEIGHT): "heavier than",
    ("<", WEIGHT): "lighter than",
    (">", "height"): "taller than",
    (">", "speed velocity"): "faster than",
    ("<", "speed velocity"): "slower than",
    (">", HEAT): "hotter than, warmer than",
    ("<", COLD): "colder than, cooler than",
    (">", STRENGTH): "stronger than, more powerful than",
    ("<", STRENGTH): "weaker than",
    (">", "depth"): "deeper than",
    ("<", "depth"): "shallower than",
    (">", "width"): "wider than",
    ("<", "width"): "narrower than",
}
# Comparatives by themselves: `were they older in 2016 than in 1976`.
COMPARATIVE_OF: Mapping[str, str] = {
    "age": "older, younger",
    WEIGHT: "heavier, lighter",
    "height": "taller",
    LENGTH: "longer, shorter",
    "speed velocity": "faster, slower",
    HEAT: "hotter, warmer",
    COLD: "colder, cooler",
    PRICE: "more expensive, cheaper, dearer, pricier, costlier, less expensive",
    DEAD: "deadlier",
    STRENGTH: "stronger, weaker",
    "depth": "deeper, shallower",
}
# Verbs that tell what they measure of each row: `earns the most`, `weigh more than`.
VERBS: Mapping[str, str] = {
    PAY: "earn, earned, earning, make money, get paid, paid",
    WEIGHT: "weigh, weighed, weighing, how heavy",
    COST: "cost, how expensive",
    "age": "how old",
    DEAD: "died, killed, die, dead",
    LENGTH: "how long",
    "height": "how tall",
    "speed velocity": "how fast",
    HEAT: "how hot, how warm",
    COLD: "how cold",
    "depth": "how deep",
    "width": "how wide",
    "height elevation altitude": "how high",
    STRENGTH: "how strong",
    TENURE: """
        been with us, been with the company, been at the company, been a customer, been customers, been here,
        been employed, been a member, been members, worked here, worked for us, worked at the company
    """,
}
# Comparatives that tell how much more of what one has than the other.
DIFFERS_OF: Mapping[tuple[str, str], str] = {
    ("more", LENGTH): "how much longer",
    ("less", LENGTH): "how much shorter",
    ("more", WEIGHT): "how much heavier",
    ("less", WEIGHT): "how much lighter",
    ("more", "age"): "how much older",
    ("less", "age"): "how much younger",
    ("more", "height"): "how much taller",
    ("more", "speed velocity"): "how much faster",
    ("more", PRICE): "how much more expensive, how much dearer",
    ("less", PRICE): "how much cheaper",
}
# What says of a person or customer that they are there no more.
GONE = frozenset({"attrition", "churn", "churned", "exited", "quit", "left", "leaver"})
# Places in a ranking.
NTH = {
    2: "second, 2nd",
    3: "third, 3rd",
    4: "fourth, 4th",
    5: "fifth, 5th",
    6: "sixth, 6th",
    7: "seventh, 7th",
    8: "eighth, 8th",
    9: "ninth, 9th",
    10: "tenth, 10th",
}
