"""What columns tell of what the rows of a table are: cars have a mileage, patients a diagnosis."""

from collections.abc import Iterable

from claribi.ask.words import stems_of

# Nouns for rows, then words in the names of columns that such rows have and few others.
KNOWN = """
    customer client subscriber user member account household policy policyholder: churn churned attrition
    tenure
    contract subscription plan loyalty segment email signup income balance credit internet partner
    dependent membership charge payment exited customer client visit spend spending;
    company firm business corporation shop store brand: profit revenue turnover industry sector ceo
    ticker symbol employee headcount marketvalue market asset valuation founded headquarters funding;
    employee worker staff: department salary hire hired attrition manager job tenure overtime income wage
    position;
    patient: diagnosis bmi glucose cholesterol pressure blood smoker disease ward physician doctor
    insulin stroke heart treatment insurance medical age;
    student applicant candidate: gpa grade score exam school major degree study course class admission
    vote;
    passenger: fare cabin embarked pclass survived ticket deck boarding class;
    car vehicle: mileage mpg horsepower hp fuel gearbox transmission engine cylinder odometer make model
    km driven drive displacement vin;
    house home property apartment flat listing item: bedroom bathroom bed bath sqft floor rent room lot
    garage storey neighborhood neighbourhood property price area;
    flight trip ride: origin destination dep arr departure arrival distance delay pickup dropoff tail
    carrier airline fare;
    complaint: complaint resolution response product issue agency;
    accident crash collision incident crime arrest stop: offense offence crime severity injury
    injured fatality killed weapon vehicle victim officer arrest description location borough precinct
    district street suspect race;
    strike bird: aircraft species wildlife bird altitude phase damage airport engine;
    match game: home away goal score team winner opponent season round stadium;
    player athlete: goal assist position height weight team medal sport club event nationality;
    movie film: director genre runtime gross budget rating imdb actor studio title rotten;
    song book article product: artist album author genre title publisher page track popularity category
    price;
    restaurant hotel: cuisine rating star inspection menu score grade boro;
    animal pet: species breed intake color colour vore genus conservation habitat diet bodywt wingspan;
    order transaction invoice payment purchase sale deal claim loan booking trade contract bill donation
    grant bid quote refund reservation delivery shipment subscription ticket: amount price quantity
    total product customer order date payment status interest term sales revenue ship item discount
    stage premium arrival;
    school university: enrollment enrolment student tuition district teacher grade admission rank;
    country city river team club station: population area gdp capital continent length latitude
    elevation;
    poll survey: pollster sample size respondent grade margin population sponsor methodology;
    phone smartphone laptop computer device: ram storage battery camera screen display cpu processor gpu os
    resolution memory inch weight brand;
    senator politician: party state district vote chamber term
"""
# So many columns that tell of something are enough, whatever else they may tell of.
LIKELY = 3


def _profiles() -> list[tuple[frozenset[str], frozenset[str]]]:
    """Nouns, and words for what such rows have, by their stems."""
    pairs = (profile.split(":") for profile in KNOWN.split(";"))
    return [(frozenset(nouns.split()), frozenset(stems_of(columns))) for nouns, columns in pairs]


PROFILES = _profiles()


def fits(noun: str, titles: Iterable[str]) -> bool | None:
    """Whether columns are such as what a noun names has; None where nothing tells.

    Args:
        noun: Its stem.
        titles: Of the columns.
    """
    words = {word for title in titles for word in stems_of(title)}
    hits = [(len(words & columns), noun in nouns) for nouns, columns in PROFILES]
    most = max(count for count, _ in hits)
    own = max((count for count, is_own in hits if is_own), default=0)
    if own and (own == most or own >= LIKELY):
        return True
    return False if most >= LIKELY else None
