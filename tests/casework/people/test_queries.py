import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.audit.errors import NotFound
from casework.offices.roles import Role
from casework.people import identifiers, queries
from tests.factories import a_user, a_worker, an_office_tree, gao, lin, zhao
from tests.scale import scale

pytestmark = pytest.mark.django_db


class TestSearchWorkers:
    def test_finds_by_any_part_of_a_name(self):
        worker = a_worker("王小明")
        a_worker("李大力")
        for part in ("王", "小", "明", "王小", "小明", "王小明", " 小 明 "):
            assert list(queries.search_workers(lin(), part)) == [worker]
        for part in ("王明", "大明", "小王", "赵"):
            assert list(queries.search_workers(lin(), part)) == []

    def test_does_not_take_pairs_for_the_whole(self):
        worker = a_worker("abba")
        assert list(queries.search_workers(lin(), "aba")) == []
        assert list(queries.search_workers(lin(), "BB")) == [worker]

    def test_finds_a_name_with_dots(self):
        worker = a_worker("阿卜杜拉·买买提")
        assert list(queries.search_workers(lin(), "拉买")) == [worker]
        assert list(queries.search_workers(lin(), "阿卜杜拉•买买提")) == [worker]

    def test_finds_by_id_number_and_phone_only_as_a_whole(self):
        worker = a_worker()
        for number in (worker.id_number, worker.id_number.lower(), worker.phone, f"+86 {worker.phone}"):
            assert list(queries.search_workers(lin(), number)) == [worker]
        for number in (worker.id_number[:17], worker.phone[:7], "0"):
            assert list(queries.search_workers(lin(), number)) == []

    def test_shows_ones_own_offices_only(self):
        worker = a_worker(office=an_office_tree().town)
        for reader in (lin(), gao()):
            assert list(queries.search_workers(reader, "建国")) == [worker]
        for text in ("建国", worker.id_number, worker.phone, ""):
            assert list(queries.search_workers(zhao(), text)) == []

    def test_shows_nothing_to_who_has_no_role_for_it(self):
        a_worker()
        assert list(queries.search_workers(a_user(role=None), "建国")) == []
        admin = a_user(role=Role.SYSADMIN, office=an_office_tree().province)
        assert list(queries.search_workers(admin, "建国")) == []

    def test_is_one_query(self, django_assert_num_queries):
        for _ in range(3):
            a_worker("王小明")
        reader = lin()
        reader.grants()
        for text in ("小明", "110101199001011234", ""):
            with django_assert_num_queries(1):
                list(queries.search_workers(reader, text))

    @settings(
        max_examples=scale("examples"), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        names=st.lists(st.text("王李小明·a", min_size=1, max_size=5), max_size=4), text=st.text("王李小明a", max_size=3)
    )
    def test_finds_exactly_the_names_that_hold_the_text(self, names, text):
        names = [name for name in names if identifiers.fold_name(name)]
        workers = [a_worker(name) for name in names]
        found = queries.search_workers(lin(), text).filter(pk__in=[worker.pk for worker in workers])
        expected = [worker for worker in workers if text in identifiers.fold_name(worker.name)]
        assert sorted(worker.pk for worker in found) == sorted(worker.pk for worker in expected)


class TestWorkerFor:
    def test_opens_to_the_offices_above_and_the_office_itself(self):
        worker = a_worker()
        assert queries.worker_for(lin(), worker.uuid) == worker
        assert queries.worker_for(gao(), worker.uuid) == worker

    def test_is_not_found_by_another_office(self):
        worker = a_worker()
        with pytest.raises(NotFound):
            queries.worker_for(zhao(), worker.uuid)


class TestKnownElsewhere:
    def test_answers_with_office_and_phone_only(self):
        worker = a_worker()
        assert queries.known_elsewhere(worker.id_number) == (an_office_tree().county.name, "0371-12351")
        assert queries.known_elsewhere(f" {worker.id_number.lower()} ") is not None
        assert queries.known_elsewhere("110101199001011234") is None
        assert queries.known_elsewhere("") is None
