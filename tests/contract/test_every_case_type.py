"""Promises that every case type keeps, also the ones that do not exist yet."""

import itertools
from importlib import import_module

import pytest
from django.db import models
from django.utils import translation
from viewflow.workflow.status import PROCESS

from casework.audit.events import KINDS
from casework.audit.verify import verify
from casework.cases.models import Case, Stage
from casework.deadlines.models import Clock
from casework.deadlines.operations import recompute
from casework.deadlines.rulebook import rules_of
from config.demo.city import found_city
from tests.factories import AT
from workflows.case_type import all_case_types
from workflows.checks import check_case_types
from workflows.diagram import draw
from workflows.flows import Choice, Closed, HumanTask, Opened, Wait
from workflows.walking import Walk

KINDS_OF_CASE = all_case_types()
every_type = pytest.mark.parametrize("kind", KINDS_OF_CASE, ids=[kind.slug for kind in KINDS_OF_CASE])


def transitions_of(kind):
    """Return (name, source, target, move) of every transition of a type."""
    found = []
    field = kind.model._meta.get_field("state")
    for transition in field.get_all_transitions(kind.model):
        found.append((transition.name, transition.source, transition.target, transition.custom["move"]))
    return found


def nodes_of(kind):
    """Return the nodes of a type's flow by name."""
    return {node.name: node for node in kind.flow.instance.nodes()}


class TestDeclaration:
    def test_the_checks_find_nothing(self):
        assert check_case_types(None) == []

    def test_prefixes_and_slugs_are_their_own(self):
        prefixes = [kind.prefix for kind in KINDS_OF_CASE]

        assert len(set(prefixes)) == len(prefixes) >= 2

    @every_type
    def test_has_title_and_law_in_both_languages(self, kind):
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert str(kind.title)
        assert kind.law

    @every_type
    def test_every_state_has_a_stage_and_closed_is_closed(self, kind):
        assert set(kind.model.STAGES) == set(kind.model.State.values)
        assert kind.model.STAGES["closed"] == Stage.CLOSED

    @every_type
    def test_withdrawn_is_among_the_outcomes(self, kind):
        assert "withdrawn" in kind.model.Outcome.values

    @every_type
    def test_every_part_can_be_imported(self, kind):
        for part in (kind.model, kind.flow, kind.intake_form, kind.begin, kind.walk):
            assert part is not None
        assert import_module(f"{kind.name}.{kind.deadlines}").RULES is not None
        assert import_module(f"{kind.name}.{kind.papers}").PAPERS is not None

    @every_type
    def test_nothing_but_text_columns_hold_personal_words(self, kind):
        for field in kind.model._meta.local_concrete_fields:
            assert not isinstance(field, models.TextField), f"{field.name} is text in clear: seal it"


class TestMachine:
    @every_type
    def test_every_transition_records_a_declared_event(self, kind):
        for name, _source, _target, move in transitions_of(kind):
            assert move.kind in KINDS, name

    @every_type
    def test_every_state_can_be_reached_and_leads_to_closed(self, kind):
        states = set(kind.model.State.values)
        steps = {}
        for name, source, target, _move in transitions_of(kind):
            if name in ("take_back", "withdraw"):
                continue
            for here in states if source in ("*", "+") else {source}:
                steps.setdefault(here, set()).add(target)

        def reachable(start):
            seen, todo = set(), [start]
            while todo:
                here = todo.pop()
                new = steps.get(here, set()) - seen
                seen |= new
                todo += new
            return seen

        assert reachable("") == states
        for state in states - {"closed"}:
            assert "closed" in reachable(state), f"{state} is a dead end"

    @every_type
    def test_nothing_leads_out_of_closed(self, kind):
        leaving = [name for name, source, target, _move in transitions_of(kind) if source == "closed"]

        assert leaving == []

    @every_type
    def test_a_step_goes_back_only_to_where_it_came_from(self, kind):
        pairs = {(source, target) for _name, source, target, _move in transitions_of(kind)}

        for state, before in kind.model.TAKE_BACK.items():
            assert (before, state) in pairs


class TestFlow:
    @every_type
    def test_begins_once_and_every_node_is_on_a_way_to_an_end(self, kind):
        nodes = nodes_of(kind)
        ways = {name: {edge.dst.name for edge in node._outgoing()} for name, node in nodes.items()}
        ends = {name for name, node in nodes.items() if isinstance(node, Closed)}

        assert sum(isinstance(node, Opened) for node in nodes.values()) == 1
        for name in nodes:
            seen, todo = {name}, [name]
            while todo:
                new = ways[todo.pop()] - seen
                seen |= new
                todo += new
            assert seen & ends, f"{name} leads to no end"

    @every_type
    def test_uses_the_house_vocabulary_only(self, kind):
        for node in nodes_of(kind).values():
            assert isinstance(node, HumanTask | Wait | Choice | Opened | Closed), node.name

    @every_type
    def test_every_wait_has_a_way_out(self, kind):
        for node in nodes_of(kind).values():
            if isinstance(node, Wait):
                assert node.doors, f"{node.name} waits for ever"

    @every_type
    def test_a_clock_that_a_step_waits_for_is_a_rule_that_fires(self, kind):
        firing = {rule.code for rule in rules_of(kind.slug) if rule.fires}

        waited = {door.rule for node in nodes_of(kind).values() for door in getattr(node, "doors", ()) if door.rule}
        assert waited <= firing
        assert waited, "no due clock can end this flow"

    @every_type
    def test_every_choice_names_states_the_machine_knows(self, kind):
        states = set(kind.model.State.values)

        for node in nodes_of(kind).values():
            if isinstance(node, Choice):
                assert set(itertools.chain(*node.captions)) <= states, node.name

    @every_type
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_is_drawn_with_every_step(self, kind, language):
        with translation.override(language):
            picture = draw(kind)
            assert picture.count('class="g-node ') == len(nodes_of(kind))


class TestDeadlines:
    @every_type
    def test_every_rule_names_law_and_declared_events(self, kind):
        for rule in rules_of(kind.slug):
            assert rule.law, rule.code
            assert rule.title, rule.code
            for code in (*rule.starts, *rule.satisfied_by, *rule.cancelled_by):
                assert code in KINDS, f"{rule.code}: {code}"


class TestWalk:
    @pytest.fixture
    def cast(self, db):
        return found_city(at=AT)

    @every_type
    def test_one_case_comes_from_intake_to_its_close(self, kind, cast):
        walk = Walk(kind=kind, cast=cast, office=cast.office, at=AT)

        kind.walk(walk)

        case = kind.model.objects.get(pk=walk.case.pk)
        assert (case.state, case.stage, case.status) == ("closed", "closed", PROCESS.DONE)
        assert case.outcome in kind.model.Outcome.values
        assert case.outcome_reason
        assert not case.claim_lines.filter(state__in=("open", "approved", "reserved")).exists()
        assert verify().faults == []

    @every_type
    def test_its_clocks_can_be_reckoned_again_from_its_events(self, kind, cast):
        walk = Walk(kind=kind, cast=cast, office=cast.office, at=AT)
        kind.walk(walk)

        def rows():
            columns = ("rule", "ordinal", "started_on", "nominal_on", "due_on", "due_at", "state", "ended_at")
            return list(Clock.objects.filter(case=walk.case).order_by("rule", "ordinal").values(*columns))

        followed = rows()
        recompute(case=Case.objects.get(pk=walk.case.pk))

        assert rows() == followed != []


class TestStories:
    @every_type
    def test_come_to_every_state_and_every_outcome(self, kind):
        told = kind.stories

        assert {story.state for story in told} == set(kind.model.State.values)
        assert {story.outcome for story in told if story.outcome} == set(kind.model.Outcome.values)
        assert len({story.name for story in told}) == len(told)

    @pytest.mark.parametrize(
        ("kind", "story"),
        [pytest.param(kind, story, id=f"{kind.slug}-{story.name}") for kind in KINDS_OF_CASE for story in kind.stories],
    )
    def test_stop_where_they_say(self, kind, story, db, monkeypatch):
        # letters are written, not printed: printing has its own tests and takes a quarter of a second each time
        monkeypatch.setattr("casework.documents.engine.print_pdf", lambda html: b"%PDF-1.7 " + html.encode())
        cast = found_city(at=AT)
        walk = Walk(kind=kind, cast=cast, office=cast.office, at=AT)

        story(walk)

        walk.expect(story.state)
        assert walk.case.outcome == story.outcome
