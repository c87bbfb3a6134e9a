"""Tables for questions about rows and columns, as plain as people have them."""

from reading import known

from claribi.sources.catalog import Column, Table

CROSSINGS = Table(
    "crossings",
    20_000,
    [
        Column("crossing", "integer", "measure", distinct=900, minimum=1, maximum=900),
        Column("sailed_at", "timestamp", "time", minimum="2019-01-01", maximum="2024-08-14"),
        Column("origin", "string", "dimension", distinct=4),
        Column("destination", "string", "dimension", distinct=4),
        Column("carrier", "string", "dimension", distinct=2),
        Column("arrival_delay", "float", "measure", minimum=-40, maximum=900),
        Column("departure_delay", "float", "measure", minimum=-20, maximum=800),
        Column("number_of_cars", "integer", "measure", distinct=300, minimum=0, maximum=300),
        Column("Speed GPS in knots", "integer", "measure", minimum=2, maximum=30),
        Column("distance", "integer", "measure", minimum=9, maximum=300),
        Column("minute", "integer", "dimension", distinct=60, minimum=0, maximum=59),
        Column("paid_amount", "decimal", "measure", minimum=0, maximum=9_000),
    ],
)
FILMS = Table(
    "films",
    3_000,
    [
        Column("title", "string", "id", distinct=2_990),
        Column("shown_on", "date", "time", minimum="1970-01-01", maximum="2024-08-14"),
        Column("home_gross", "decimal", "measure", minimum=0, maximum=10**9),
        Column("foreign_gross", "decimal", "measure", minimum=0, maximum=10**9),
        Column("critics_rating", "float", "measure", minimum=1, maximum=10),
        Column("audience_rating", "float", "measure", minimum=1, maximum=10),
        Column("making_budget", "decimal", "measure", minimum=0, maximum=10**8),
        Column("Creative Type", "string", "dimension", distinct=3),
        Column("director", "string", "dimension", distinct=200),
        Column("camera_make_model", "string", "dimension", distinct=20),
    ],
)
PROJECTS = Table(
    "projects",
    300,
    [
        Column("project_name", "string", "id", distinct=300),
        Column("client", "string", "dimension", distinct=4),
        Column("status", "string", "dimension", distinct=3),
        Column("budget", "integer", "measure", minimum=10, maximum=400_000),
        Column("actual_cost", "integer", "measure", minimum=10, maximum=500_000),
        Column("planned_hours", "integer", "measure", minimum=1, maximum=900),
        Column("actual_hours", "integer", "measure", minimum=1, maximum=900),
        Column("start_date", "date", "time", minimum="2020-01-01", maximum="2024-08-14"),
        Column("end_date", "date", "time", nulls=30, minimum="2020-02-01", maximum="2024-08-14"),
    ],
)
NATIONS = Table(
    "nations",
    1_700,
    [
        Column("nation", "string", "dimension", distinct=140),
        Column("year", "integer", "dimension", distinct=12, minimum=1950, maximum=2010),
        Column("population", "integer", "measure", minimum=10_000, maximum=10**9),
        Column("life_expectancy", "float", "measure", minimum=20, maximum=90),
    ],
)
STAFF = Table(
    "staff",
    400,
    [
        Column("employee_name", "string", "id", distinct=400),
        Column("department", "string", "dimension", distinct=5),
        Column("bonus", "integer", "measure", minimum=0, maximum=9_000),
        Column("salary", "integer", "measure", minimum=20_000, maximum=90_000),
        Column("stars", "integer", "dimension", distinct=5, minimum=1, maximum=5),
        Column("union", "string", "dimension", distinct=3, nulls=50),
        Column("remote", "boolean", "dimension", distinct=2),
        Column("hire_date", "date", "time", minimum="2010-01-01", maximum="2024-08-14"),
        Column("birth_date", "date", "time", minimum="1960-01-01", maximum="2003-01-01"),
        Column("left_on", "date", "time", nulls=300, minimum="2012-01-01", maximum="2024-08-14"),
    ],
)
VALUES = {
    "origin": ["Oslo", "Kiel", "Bergen", "Hull"],
    "destination": ["Oslo", "Kiel", "Bergen", "Hull"],
    "carrier": ["BF", "NX"],
    "Creative Type": ["Super Hero", "Fantasy", "Canada goose"],
    "director": ["Ann Lee", "Bo Dahl"],
    "client": ["Acme", "Globex"],
    "status": ["Done", "Running", "On hold"],
    "nation": ["Peru", "Chad"],
    "department": ["Sales", "Support"],
}
WORDS = known([CROSSINGS, FILMS, PROJECTS, NATIONS, STAFF], VALUES)
