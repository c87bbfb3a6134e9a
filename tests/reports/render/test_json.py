from claribi.reports.codec import decode
from claribi.reports.render.json import to_json


def test_it_is_the_whole_document(document, drawer):
    assert decode(to_json(document, drawer)) == document


def test_people_can_read_it(document, drawer):
    lines = to_json(document, drawer).decode().splitlines()
    assert lines[0] == "{"
    assert any(line.startswith('  "title": "Sales of <b>Müller') for line in lines)
