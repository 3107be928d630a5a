"""One household, one file; one person, one file."""

from casework.people.files import on_file_already


def test_whoever_stands_on_a_file_already_is_named_in_the_order_of_the_application():
    assert on_file_already({"a", "b"}, ["c", "b", "a"]) == ["b", "a"]
    assert on_file_already({"a"}, ["c"]) == []


def test_somebody_without_a_number_is_nobody():
    assert on_file_already({"", "a"}, ["", "b"]) == []
