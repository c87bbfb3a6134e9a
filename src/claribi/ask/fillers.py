"""Words of questions that say nothing about what is asked."""

from claribi.ask.words import stems_of

EMPTY = """
    a an the of in on at to for from with is was were are be been being am has have had i we
    us our you me my it its his her their them they he she this these those that there here please can could
    would will shall should may might must which what who whom whose how much
    many all any some and or but also period timeframe so then now as into out up about data dataset number
    figure result table sheet chart graph plot dashboard far sort sorted
    single still question answer information detail overview summary every precisely currently ever each
    hi hey thanks thank ok okay gimme pls both overall actually really even though although just simply
    basically anything something else type kind across individually ones able exact outright
    anyone anybody everyone everybody someone somebody entire whole given available respectively whatsoever
    if together break down goes i e ie eg etc wise lot
    near catalogue catalog database such looking kindly
    curious quickly kindly inclusive ended ending roughly approximately
    world global mainly mostly primarily chiefly largely generally typically
    i'd i'm i've i'll we'd we'll we've you'd let's there's they're yet
"""
# What can be said of all rows alike: that they are there, that somebody made or had them, and what somebody
# who asks wants. Verbs that tell some rows from others (`cancelled`, `returned`) must not stand here.
VERBS = """
    do does did done let want wanted need needed like liked show give list tell display present see look
    find get
    know compute calculate return report help wonder wondering understand guess say
    come comes came coming make making made leave leaving go went going buy place placed
    live lived living reside resided residing serve served serving fly flew flown depart departed arrive
    arrived showing
    operate operated ordered build built building granted run ran
    carry carried offer offered produce produced achieve achieved reach reached receive received
    born released published founded contribute contributed attract attracted bring brought saw
    seen experience experienced generate generated got record recorded belong take took taken
    observed measured occur occurred work worked working involve involved
    involving use used using own owned hold held
    handle handled handling lasted submit submitted filed raised logged perform performed conduct conducted
    visited treated booked signed started begun began happen happened reported listed registered documented
    noted
    entered counted shown represented included include contain contained assigned reserved allocated
    gave sent send sends led lent lend borrowed borrow issued funded financed collect collected shipped ship
    delivered deliver manufactured created directed written wrote launched posted played joined kept keep
    located based situated stationed employed hired described called named stated provided required appear
    appeared exist existed hit struck suffered caused opened put said told expressed travel
    became become tracked competed compete participated participate participating
    tend tends tended filled suffer suffers
    travelled traveled happen happens lie lies show showed scored play plays add
    accounted attended hosted hosts host wore worn wearing elapse elapsed
"""
IDLE = frozenset(stem for word in VERBS.split() for stem in stems_of(word))
FILLERS = frozenset(stem for word in (EMPTY + VERBS).split() for stem in stems_of(word))
