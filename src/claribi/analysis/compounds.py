"""Names that are written as one word: `startdate`, `samplesize`.

Only a first and a last part that both stand in these lists make a name of two words, so that a `weekend` and
a `percentage` stay what they are.
"""

FIRST = frozenset(
    """
    account admission agent air annual area arrival article average bank base batch begin billing birth
    block blood body book booking branch budget build call campaign car card case cash check city claim
    class client close closing code college company contact contract cost country county course credit
    currency customer daily data day deal death debit delivery department departure device discount
    district doc document door driver due employee employer end energy entry event exam exit expiry fare
    file final first flight floor fuel full game gas grade gross group guest hire hold home hotel house
    household income incident inspection interest inventory invoice issue item job journey key kill lap
    last lead league learning left level line list loan location lot machine mail market match max mean
    median member min mobile model month monthly movie name net night number office online open opening
    order origin owner page park party patient pay payment phone pickup plan plant play player poll pool
    population post price product profit project purchase quality race rain raw reading record region
    release rental report request resident return revenue review ride road room route run salary sale
    sales sample school season seat sector sell seller sensor series server service session shelf ship
    shipment shipping shop show sign size snow song source staff start state station stock stop store
    street student subject sun supplier target tax team term test ticket time title top total tour town
    track trade train transaction travel trip type unit update user value vehicle vendor visit visitor
    wage water week weekly weight wind work world year yearly zip
    """.split()  # noqa: SIM905 - shorter to read
)
LAST = frozenset(
    """
    amount area balance bases built category channel city class code cost count country county currency
    date days delay description discount district duration fee flag group height hour hours income length
    level limit location margin method minutes mode model month months name number percent percentage
    place points poll population position postcode power price profit quantity range rank rate rating
    ratio region requests result revenue runs salary sales score share size source speed stars state
    status street target tax temp temperature term time total trend type unit units value volume week
    weight width year years
    """.split()  # noqa: SIM905 - shorter to read
)
# Words of their own that two others seem to make, and what is better left as it is.
WHOLE = frozenset(
    """
    anytime database downtime fulltime halftime lifetime marketplace overtime playtime postcode realtime
    runtime showtime sometime uptime workplace
    """.split()  # noqa: SIM905 - shorter to read
)
SHORTEST = 3


def apart(word: str) -> list[str]:
    """`startdate` → `start`, `date`; other words as they are."""
    if word in WHOLE:
        return [word]
    if word in {"numberof", "nbof", "nof"}:
        return ["number", "of"]
    for at in range(SHORTEST, len(word) - SHORTEST + 1):
        first, last = word[:at], word[at:]
        if first in FIRST and last in LAST:
            return [first, last]
    return [word]
