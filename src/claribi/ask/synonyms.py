"""Words of business that stand for each other in the names of columns."""

from collections.abc import Iterable

from claribi.ask.words import stem, stems_of

GROUPS = (
    "revenue sales turnover income proceeds gross",
    "quantity qty units volume pieces",
    "customer client buyer shopper",
    "employee staff worker colleague workforce personnel",
    "earthquake quake tremor",
    "magnitude mag",
    "product item article",
    "country nation",
    "city town",
    "state province",
    "category type kind class",
    "cost expense spend spending expenditure",
    "profit earnings gain",
    "region area territory",
    "salary pay wage compensation income",
    "department division",
    "gender sex",
    "carrier airline operator",
    "budget cost",
    "film movie",
    "song track",
    "supplier vendor",
    "shop store outlet branch",
    "order purchase",
    "discount rebate",
    "shipping freight delivery",
    "tip gratuity",
    "fare price msrp",
    "duration length runtime",
    "rating score stars",
    "flight trip journey",
    "precipitation rainfall",
    "horsepower hp power",
    "weight mass",
    "departure dep",
    "arrival arr",
    "population inhabitant",
    "shipment package parcel consignment",
    "transaction payment",
    "ticket case request",
    "visit appointment encounter",
    "subscription plan",
    "pet animal",
    "tenure seniority",
    "murder killing homicide victim",
    "cpu processor chip",
    "ride trip journey",
    "house home property dwelling residence",
    "company firm business corporation enterprise manufacturer maker brand producer",
    "company firm business startup",
    "breach incident leak hack",
    "poll survey",
    "test exam examination",
    "match game fixture",
    "student pupil learner",
    "teacher instructor professor lecturer",
    "doctor physician",
    "crime offense offence",
    "fatality death",
    "accident crash collision",
    "car vehicle automobile auto",
    "bike bicycle",
    "review feedback",
    "loan credit mortgage",
    "donation gift contribution",
    "restaurant eatery diner",
    "dish meal",
    "fire blaze",
    "storm hurricane",
    "team club squad side",
    "athlete player",
    "book title",
    "apartment flat",
    "hotel accommodation",
    "complaint grievance",
    "message email mail",
    "university college",
    "job position role",
    "hospital clinic",
    "drug medication medicine",
    "visitor visit session",
    "individual person people",
    "founder author creator",
    "language tongue",
    "lead prospect",
    "bug defect issue",
    "download install installation",
    "wine bottle",
)
# What is taken in.
TAKINGS = frozenset({"revenue", "sale", "turnover", "money", "takings", "proceeds", "income"})
# Who may be meant by one of the others.
LOOSE = ("customer client user account visitor subscriber member guest driver rider",)
# What several words together are called otherwise.
PHRASES = {
    "year at company": ("tenure", "seniority", "years with the company", "years of service"),
    "tailnum": ("plane", "aircraft", "airplane", "tail number"),
    "tail number": ("plane", "aircraft", "airplane"),
    "pop": ("population", "inhabitants"),
    "zip code": ("postal code", "postcode"),
    "postal code": ("zip code", "zip"),
    "birth date": ("date of birth", "birthday"),
    "date of birth": ("birth date", "birthday"),
    "sqft": ("living area", "area", "floor area", "size"),
    "number of employee": ("headcount", "staff"),
}
# Values that most tables write in one way or another.
SAME_VALUES = (
    "male man men m boy gentleman",
    "m medium",
    "female woman women f girl lady",
    "monday mon",
    "tuesday tue tues",
    "wednesday wed",
    "thursday thu thur thurs",
    "friday fri",
    "saturday sat",
    "sunday sun",
    "usa us america american",
    "uk britain british",
    "united states|usa us america american",
    "united kingdom|uk britain british",
    "s small",
    "l large",
    "xl xlarge",
    "1st first",
    "2nd second",
    "3rd third",
)
# Whoever and whatever comes from a country.
PEOPLES = """
    albania albanian, algeria algerian, argentina argentinian, argentina argentine, australia australian,
    austria austrian, bahrain bahraini, bangladesh bangladeshi, belarus belarusian, belgium belgian,
    bermuda bermudian, bolivia bolivian, bosnia bosnian, bulgaria bulgarian, cambodia cambodian,
    cameroon cameroonian, canada canadian, chile chilean, colombia colombian,
    croatia croatian, cuba cuban, cyprus cypriot, ecuador ecuadorian, egypt egyptian, estonia estonian,
    ethiopia ethiopian, ghana ghanaian, indonesia indonesian, iran iranian,
    iraq iraqi, israel israeli, jamaica jamaican, jordan jordanian, kazakhstan kazakh, kenya kenyan,
    kuwait kuwaiti, latvia latvian, lebanon lebanese, libya libyan, lithuania lithuanian,
    luxembourg luxembourgish, malaysia malaysian, malta maltese, morocco moroccan, nepal nepalese,
    nigeria nigerian, oman omani, pakistan pakistani, panama panamanian,
    paraguay paraguayan, peru peruvian, philippines filipino, philippines philippine, qatar qatari,
    romania romanian, saudi arabia saudi, senegal senegalese, serbia serbian, singapore singaporean,
    slovakia slovak, slovenia slovenian, syria syrian,
    taiwan taiwanese, tanzania tanzanian, tunisia tunisian, uganda ugandan, ukraine ukrainian,
    united arab emirates emirati, united arab emirates uae, uruguay uruguayan, venezuela venezuelan,
    zambia zambian, zimbabwe zimbabwean, czech republic czechia,
    netherlands holland, united kingdom uk, united kingdom britain, united kingdom gb,
    uk british, united states us, united states usa, united states america,
    united states of america american, united states of america us, united states of america usa,
    belgium belgian, brazil brazilian, china chinese, czechia czech,
    czech republic czech, denmark danish, england english, finland finnish, france french, germany german,
    greece greek, hungary hungarian, iceland icelandic, india indian, ireland irish, italy italian,
    japan japanese, korea korean, south korea korean, mexico mexican, netherlands dutch, norway norwegian,
    poland polish, portugal portuguese, russia russian, scotland scottish, spain spanish, sweden swedish,
    switzerland swiss, thailand thai, turkey turkish, united kingdom british, united states american,
    usa american, vietnam vietnamese, wales welsh,
    gbr british, gbr britain, gbr uk, fra french, fra france, deu german, deu germany, esp spanish, esp spain,
    prt portuguese, prt portugal, ita italian, ita italy, irl irish, irl ireland, usa us, nld dutch,
    nld netherlands, bel belgian, bel belgium, bra brazilian, bra brazil, che swiss, che switzerland,
    aut austrian, aut austria, swe swedish, swe sweden, nor norwegian, nor norway, dnk danish, dnk denmark,
    pol polish, pol poland, chn chinese, chn china, jpn japanese, jpn japan, rus russian, rus russia,
    can canadian, can canada, aus australian, aus australia, ind indian, ind india, mex mexican, mex mexico
"""
# The other way round a name such as Indiana would be meant by every `in`.
STATES = (
    "al alabama, ak alaska, az arizona, ar arkansas, ca california, co colorado, ct connecticut, "
    "de delaware, fl florida, ga georgia, hi hawaii, id idaho, il illinois, in indiana, ia iowa, "
    "ks kansas, ky kentucky, "
    "la louisiana, me maine, md maryland, ma massachusetts, mi michigan, mn minnesota, ms mississippi, "
    "mo missouri, mt montana, ne nebraska, nv nevada, nh new hampshire, nj new jersey, nm new mexico, "
    "ny new york, nc north carolina, nd north dakota, oh ohio, ok oklahoma, or oregon, pa pennsylvania, "
    "ri rhode island, sc south carolina, sd south dakota, tn tennessee, tx texas, ut utah, vt vermont, "
    "va virginia, wa washington, wv west virginia, wi wisconsin, wy wyoming, pr puerto rico"
)


def _aliases() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in SAME_VALUES:
        whole, _, others = group.rpartition("|")
        words = frozenset(map(stem, others.split()))
        names = [whole] if whole else sorted(words)
        for name in names:
            found[name] = found.get(name, frozenset()) | (words - {name})
    for short, name in (state.split(maxsplit=1) for state in STATES.split(", ")):
        found[stem(short)] = frozenset({" ".join(stems_of(name))})
    return found


def _demonyms() -> dict[str, set[str]]:
    pairs = (line.strip().rpartition(" ") for line in PEOPLES.replace("\n", " ").split(","))
    found: dict[str, set[str]] = {}
    for country, _, people in pairs:
        found.setdefault(" ".join(stems_of(country)), set()).add(stem(people))
    return found


DEMONYMS = _demonyms()
# By the stems of a value: other words for it.
ALIASES = _aliases()


def _synonyms(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        stems = frozenset(map(stem, group.split()))
        for one in stems:
            found[one] = found.get(one, frozenset()) | (stems - {one})
    return found


SYNONYMS = _synonyms(GROUPS)
NEAR = _synonyms(LOOSE)
