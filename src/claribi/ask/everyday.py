"""Everyday words for columns: who asks for the industry means the category where there is no other.

Looser than the synonyms of names: a word of a group stands for a column that is called by another word of
it only where no other column is, and where the word itself names nothing in the table.
"""

from collections.abc import Iterable
from functools import cache

from claribi.ask.words import stems_of

# Of companies, people, times, places, homes and cars, cases, sport, weather, films, money and shipping.
GROUPS = """
    industry, sector, category, segment, line of business, branch of industry;
    company, firm, business, corporation, employer, organization, organisation, vendor, manufacturer,
    brand;
    market value, marketvalue, market cap, market capitalization, market capitalisation, worth,
    capitalization, valuation;
    revenue, sales, turnover, annual sales;
    profit, net income, earnings, net profit;
    headcount, number of employees, employees, staff, workforce, num employees;
    founded, year founded, founding year, foundation year, established, year established;
    ceo, chief executive, chief executive officer;
    headquarters, hq, head office;
    party, political party, political affiliation, party affiliation;
    tenure, length of service, service length, time in office, days in office, days served, term length,
    length of term, diff days, days diff, duration days, years of service;
    job, job title, job role, occupation, profession, position;
    gender, sex;
    ethnicity, race, ethnic group;
    nationality, citizenship, country of origin;
    education, education level, level of education, degree, qualification;
    marital status, relationship status, family status;
    salary, pay, annual salary, yearly salary, base salary, base pay;
    manager, supervisor, boss, reports to;
    birthplace, place of birth, birth place;
    season, year, yr;
    start date, date of joining, hire date, joining date, date hired, joined on, hired on, entry date;
    end date, leaving date, exit date, termination date, date of leaving;
    due date, deadline;
    province, state, territory, prefecture, canton, region;
    county, district;
    neighborhood, neighbourhood, neighbourhoods;
    address, street, street address;
    country, nation;
    stadium, venue, arena;
    city, town, municipality;
    latitude, lat;
    longitude, lon, lng, long;
    median, median price, median sale price, median home price, median house price;
    inventory, months of inventory, months of supply, months supply;
    price, asking price, list price, sale price, sales price, selling price;
    rent, monthly rent;
    bedrooms, beds, bedroom count;
    bathrooms, baths, bathroom count;
    square feet, sqft, living area, floor area, floor space, square footage, living space, size sqft;
    year built, construction year, built year, year of construction, built in;
    mileage, odometer, kilometers driven, miles driven, km driven;
    fuel, fuel type;
    transmission, gearbox, transmission type;
    make, manufacturer, brand, car maker;
    reason, cause, reason for leaving, grounds;
    outcome, result, disposition;
    status, state of the ticket, ticket status, order status;
    priority, urgency, severity;
    assignee, assigned to, agent, handled by;
    channel, contact channel, sales channel;
    diagnosis, disease, illness, medical condition;
    doctor, physician, attending;
    offense, offence, crime, crime type, primary type, type of crime, offense type, kind of crime;
    weapon, weapon type;
    deaths, fatalities, death toll, killed, victims, dead, casualties, lives lost;
    home runs, homers, homeruns, hr;
    injuries, injured, wounded;
    team, club, squad;
    points, pts;
    opponent, rival, opposing team;
    attendance, spectators, crowd;
    referee, umpire;
    temperature, temp, temp c, temp f;
    rain, rainfall, precipitation, precip;
    wind speed, windspeed, wind;
    consumption, usage, energy use, energy consumption, electricity consumption, electricity use, power
    consumption;
    energy, kwh, kwh total, total kwh, energy kwh, electricity;
    emissions, co2, carbon emissions, co2 emissions;
    cuisine, cuisine type, food type, kind of food;
    rating, score, stars;
    reviews, number of reviews, review count, votes;
    genre, film genre, movie genre;
    director, film maker, filmmaker;
    author, writer;
    runtime, running time, film length;
    ticker, stock symbol, symbol;
    close, closing price;
    open, opening price;
    votes, number of votes, vote count, ballots;
    turnout, voter turnout;
    candidate, contender, nominee;
    enrollment, enrolment, number of students, students enrolled;
    grade, mark, final grade;
    carrier, shipper, shipping company, courier;
    origin, place of origin, shipped from;
    destination, shipped to;
    shipping cost, freight, freight cost, delivery cost;
    payment method, payment type, way of paying, method of payment
"""


@cache
def _groups() -> dict[tuple[str, ...], tuple[frozenset[tuple[str, ...]], ...]]:
    """By a phrase of it: the other phrases of each group, as they are compared."""
    found: dict[tuple[str, ...], tuple[frozenset[tuple[str, ...]], ...]] = {}
    for group in GROUPS.split(";"):
        phrases = frozenset(tuple(w for w in stems_of(phrase) if w != "of") for phrase in group.split(","))
        for phrase in phrases:
            found[phrase] = (*found.get(phrase, ()), phrases - {phrase})
    return found


def others(stems: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """What else a phrase is called every day, by stems without `of`."""
    return frozenset().union(*_groups().get(tuple(stem for stem in stems if stem != "of"), ()))
