"""Words of questions that say nothing about what is asked."""

from claribi.ask.words import stems_of

EMPTY = """
    a an the of in on at to for from with is was were are be been being am do does did done has have had i we
    us our you me my it its their them they he she this these those that there here please can could
    would will shall should may might must let want like need show give list tell display present see
    look find get know compute calculate return report what which who whom whose how much
    many all any some and or also so then now as into out up about data number
    figure result table chart graph plot dashboard come comes came coming make
    leave leaving made happen go went buy
    place placed live lived living reside served fly flown flew depart arrive
    operated ordered operate build builds given granted
    run ran carry carried offer produce produced achieve achieved reach reached
    receive serve serving built born released founded published
    received contribute contributed attract attracted bring brought see saw seen experience experienced
    generate generated got record recorded belong take took each every precisely currently ever
    sorted sort far single still question answer information detail overview summary
    hi hey thanks thank ok okay gimme pls both overall actually really observed measured occur occurred
    anything something else type kind work working worked
    involve involved use used own owned hold held across individually
    handle handled handling lasted submit submitted filed raised logged perform performed conduct conducted
    visited treated booked ones signed started begun
"""
FILLERS = frozenset(stem for word in EMPTY.split() for stem in stems_of(word))
