"""Logging in: how often it may be tried, the second factor, and how long a login lasts."""

import re
import threading
from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.urls import reverse

from casework.audit import limits
from casework.audit.errors import NotAllowed
from casework.audit.models import AttemptLog, Event
from casework.offices.roles import APART, NEEDS_FACTOR, TWO_PERSON_ROLES, Role
from casework.staff import factors, logins, operations
from casework.staff.models import LoginSession, RecoveryCode, RoleGrant, SecondFactor
from config.sweep import sweep
from tests.factories import AT, a_user, an_office_tree, appoint, fang, lin, meng, sun, the_security_administrators
from tests.scale import scale

pytestmark = pytest.mark.django_db
SECRET = "a-long-secret"
WRONG = "用户名与密码"


@pytest.fixture
def at():
    """A moment of the tests at which everybody's clock stands."""
    with time_machine.travel(AT, tick=False) as moment:
        yield moment


def log_in(username, password=SECRET, *, address="10.0.0.1", code="", client=None, **sent):
    client = client or Client(REMOTE_ADDR=address)
    answer = client.post("/login/", {"username": username, "password": password, "code": code, **sent})
    answer.client = client
    return answer


def kinds(user):
    return list(Event.objects.filter(stream="security", actor=user).order_by("id").values_list("kind", flat=True))


def with_factor(user):
    return logins.give_factor(user=user, secret=factors.new_secret(), by=None, at=AT)


@pytest.fixture
def hashed(monkeypatch):
    """Count the passwords that reach the hasher, known accounts' and unknown ones' alike."""
    tried = []
    hasher = hashers.get_hasher()
    encode = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda self, *a, **k: tried.append(1) or encode(self, *a, **k))
    return tried


class TestThrottle:
    def test_five_tries_of_an_account_from_an_address_reach_the_hasher(self, at, hashed):
        a_user("pat", password=SECRET)
        hashed.clear()

        answers = [log_in("pat", "wrong") for _ in range(8)]

        assert len(hashed) == 5
        assert {answer.status_code for answer in answers} == {200}
        assert all(
            answer.content.count(WRONG.encode()) == answers[0].content.count(WRONG.encode()) for answer in answers
        )

    def test_the_right_password_is_refused_while_locked_and_taken_afterwards(self, at):
        a_user("pat", password=SECRET)
        for _ in range(5):
            log_in("pat", "wrong")

        assert log_in("pat").status_code == 200
        at.shift(timedelta(minutes=15, seconds=1))
        assert log_in("pat").status_code == 302

    def test_twenty_an_hour_of_an_account_from_everywhere(self, at, hashed):
        a_user("pat", password=SECRET)
        hashed.clear()

        for number in range(40):
            log_in("pat", "wrong", address=f"10.0.1.{number}")

        assert len(hashed) == 20

    def test_an_office_behind_one_address_does_not_lock_itself_out(self, at):
        for number in range(12):
            a_user(f"colleague{number}", password=SECRET)
        for _ in range(6):
            log_in("colleague0", "wrong")

        assert [log_in(f"colleague{number}").status_code for number in range(12)] == [200, *[302] * 11]

    def test_a_right_password_forgets_what_was_mistyped_before(self, at):
        a_user("pat", password=SECRET)
        for _turn in range(3):
            for _ in range(4):
                log_in("pat", "wrong")
            assert log_in("pat").status_code == 302

    def test_says_the_same_of_unknown_closed_and_locked_accounts(self, at, hashed):
        a_user("closed", password=SECRET)
        a_user("locked", password=SECRET)
        a_user("wrong", password=SECRET)
        operations.deactivate_user(user=a_user("closed"), by=None, at=AT)
        for _ in range(5):
            log_in("locked", "wrong")
        hashed.clear()

        answers = {name: log_in(name, "wrong-one") for name in ("closed", "locked", "wrong", "nobody")}

        texts = {
            re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode()) for answer in answers.values()
        }
        assert len(texts) == 1
        assert {answer.status_code for answer in answers.values()} == {200}
        assert len(hashed) == 3, "an unknown account costs a hash, too; a locked one none"

    def test_counts_exactly_over_many_accounts_and_addresses(self, at, hashed):
        names = [a_user(f"target{number}", password=SECRET).username for number in range(scale("tried_accounts"))]
        hashed.clear()
        tries = scale("wrong_passwords")

        for number in range(tries):  # each account from another address every time
            place = (number + number // len(names)) % 200
            log_in(names[number % len(names)], "wrong", address=f"10.{place}.0.1")

        assert len(hashed) == min(tries, 20 * len(names))

    def test_is_recorded_and_does_not_fill_the_trail(self, at):
        user = a_user("pat", password=SECRET)
        for _ in range(30):
            log_in("pat", "wrong")
        log_in("nobody-at-all", "wrong")

        told = Event.objects.filter(kind__startswith="user.log").order_by("id")
        assert [event.kind for event in told] == ["user.login_failed"] * 5 + ["user.login_locked"]
        assert {event.facts["user"] for event in told} == {user.pk}
        assert not Event.objects.filter(facts_text__contains="nobody-at-all").exists()
        assert not AttemptLog.objects.filter(key__contains="pat").exists()

    def test_a_security_administrator_unlocks(self, at, client):
        user = a_user("pat", password=SECRET)
        for _ in range(5):
            log_in("pat", "wrong")
        qian, _he = the_security_administrators()
        client.force_login(qian)

        assert client.post(reverse("staff_login", args=[user.uuid, "unlock"])).status_code == 302

        assert log_in("pat").status_code == 302
        assert Event.objects.filter(kind="user.unlocked", actor=qian).count() == 1
        client.force_login(meng())
        assert client.post(reverse("staff_login", args=[user.uuid, "unlock"])).status_code == 403
        client.force_login(qian)
        assert client.post(reverse("staff_login", args=[user.uuid, "no-such-act"])).status_code == 404

    def test_old_counts_are_forgotten_by_the_sweep(self, at):
        log_in("pat", "wrong")
        assert AttemptLog.objects.count() == 2

        sweep(at=AT + timedelta(days=2))

        assert not AttemptLog.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_limit_holds_for_all_processes_together():
    """Ten at once: never one more than the limit gets through, on either database."""
    most, taken = 7, []

    def tries():
        try:
            for _ in range(scale("limit_tries")):
                if limits.take({"one": limits.Limit(most, timedelta(minutes=1))}, AT):
                    taken.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=tries) for _ in range(scale("limit_threads"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == most


class TestFactor:
    def test_is_asked_for_where_the_role_needs_it_and_opens_nothing_before(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        factor = with_factor(user)

        client = log_in("sun").client

        for name in ("home", "case_list", "audit_trail", "profile", "notification_since"):
            answer = client.get(reverse(name))
            assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("factor_ask")), name
        assert client.get("/admin/").status_code == 302
        asking = client.get(reverse("factor_ask")).content.decode()
        assert "socket.js" not in asking, "a login that waits hears of nothing"
        assert reverse("case_list") not in asking
        assert client.post(reverse("factor_ask"), {"code": "000000"}).status_code == 422
        page = f"{reverse('factor_ask')}?next=/cases/"
        answer = client.post(page, {"code": factors.code_at(factor.secret, AT)})
        assert answer.headers["Location"] == "/cases/"
        assert client.get("/cases/").status_code == 200
        assert kinds(user)[-3:] == ["user.logged_in", "factor.failed", "factor.answered"]

    def test_leads_to_no_other_site(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        factor = with_factor(user)

        client = log_in("sun").client
        page = f"{reverse('factor_ask')}?next=https://elsewhere.example/"

        assert client.post(page, {"code": factors.code_at(factor.secret, AT)}).headers["Location"] == "/"

    def test_can_be_given_with_the_password(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        factor = with_factor(user)

        client = log_in("sun", code=factors.code_at(factor.secret, AT)).client

        assert client.get("/cases/").status_code == 200

    def test_takes_each_code_once_and_only_around_now(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        secret = with_factor(user).secret
        codes = {minutes: factors.code_at(secret, AT + timedelta(minutes=minutes)) for minutes in (-5, 0, 5)}

        def tries(code):
            client = log_in("sun").client
            return client.post(reverse("factor_ask"), {"code": code}).status_code

        assert [tries(codes[-5]), tries(codes[5]), tries(codes[0]), tries(codes[0])] == [422, 422, 302, 422]

    def test_five_wrong_codes_lock_for_a_quarter_of_an_hour(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        factor = with_factor(user)
        client = log_in("sun").client
        for _ in range(5):
            client.post(reverse("factor_ask"), {"code": "000000"})

        right = {"code": factors.code_at(factor.secret, AT)}
        assert client.post(reverse("factor_ask"), right).status_code == 422
        at.shift(timedelta(minutes=15, seconds=1))
        right = {"code": factors.code_at(factor.secret, AT + timedelta(minutes=15, seconds=1))}
        assert client.post(reverse("factor_ask"), right).status_code == 302

    def test_is_set_up_with_the_first_login(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        client = log_in("sun").client

        assert client.get("/").headers["Location"].split("?")[0] == reverse("factor_set_up")
        page = client.get(reverse("factor_set_up"))
        assert "data:image" not in page.content.decode()
        assert client.post(reverse("factor_set_up"), {"what": "begin"}).status_code == 302
        page = client.get(reverse("factor_set_up")).content.decode()
        factor = SecondFactor.objects.get(user=user)
        assert "data:image/svg+xml" in page
        assert factors.spelled(factor.secret) in page
        assert client.get("/cases/").status_code == 302, "nothing opens before the first code"
        assert client.post(reverse("factor_set_up"), {"code": "000000"}).status_code == 422

        shown = client.post(reverse("factor_set_up"), {"code": factors.code_at(factor.secret, AT)})

        codes = shown.context["codes"]
        assert len(set(codes)) == factors.RECOVERY_CODES
        assert all(code in shown.content.decode() for code in codes)
        assert client.get("/cases/").status_code == 200
        assert client.get(reverse("factor_set_up")).headers["Location"] == reverse("profile")
        assert not RecoveryCode.objects.filter(digest__in=codes).exists()

    def test_the_secret_lies_sealed(self, at):
        factor = with_factor(sun())

        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM casework_secondfactor")
            kept = bytes(cursor.fetchone()[0])
        assert factor.secret.encode() not in kept
        assert bytes.fromhex(factor.secret) not in kept

    def test_a_recovery_code_lets_in_once(self, at):
        user = sun()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        with_factor(user)
        client = Client()
        client.force_login(user)
        code = client.post(reverse("factor_codes")).context["codes"][0]

        tried = [log_in("sun").client.post(reverse("factor_ask"), {"code": typed}) for typed in (code.lower(), code)]

        assert [answer.status_code for answer in tried] == [302, 422]
        assert "factor.recovery_used" in kinds(user)

    def test_is_reset_by_another_security_administrator_only(self, at, client):
        user = sun()
        with_factor(user)
        client.force_login(user)
        qian, _he = the_security_administrators()

        for who, status in ((meng(), 403), (fang(), 403), (qian, 302)):
            desk = Client()
            desk.force_login(who)
            assert desk.post(reverse("staff_login", args=[user.uuid, "reset-factor"])).status_code == status

        assert not SecondFactor.objects.exists()
        assert client.get("/cases/").headers["Location"].startswith("/login/"), "and every login of his has ended"
        with_factor(qian)
        with pytest.raises(operations.NotYourself):
            logins.reset_factor(user=qian, by=qian, at=AT)

    def test_a_new_password_does_not_take_it_away(self, at):
        user = sun()
        factor = with_factor(user)

        operations.set_password(user=user, password=SECRET, by=meng(), at=AT)

        assert SecondFactor.objects.get(user=user).secret == factor.secret
        assert log_in("sun").client.get("/cases/").status_code == 302

    def test_is_asked_of_whoever_is_appointed_while_logged_in(self, at, client):
        user = lin()
        operations.set_password(user=user, password=SECRET, by=None, at=AT)
        client = log_in("lin").client
        assert client.get("/cases/").status_code == 200

        appoint(user, Role.FINANCE, an_office_tree().county)

        assert client.get("/cases/").headers["Location"].split("?")[0] == reverse("factor_set_up")

    def test_needs_it_who_decides_about_money_rights_and_history(self):
        assert TWO_PERSON_ROLES == NEEDS_FACTOR


class TestAgain:
    """Before money leaves, a code of the last five minutes is asked for, and what was typed is kept."""

    @pytest.fixture
    def desk(self, at):
        user = fang()
        factor = with_factor(user)
        client = Client()
        client.force_login(user)
        LoginSession.objects.update(factor_at=AT - timedelta(minutes=6))
        client.secret = factor.secret
        return client

    PAGES = (
        ("payout_pay", ["00000000-0000-0000-0000-000000000000"]),
        ("payout_step", ["00000000-0000-0000-0000-000000000000", "fail"]),
        ("payout_warning", ["00000000-0000-0000-0000-000000000000", "ceiling"]),
        ("payout_again", ["00000000-0000-0000-0000-000000000000"]),
        ("batch_release", ["00000000-0000-0000-0000-000000000000"]),
    )

    @pytest.mark.parametrize(("name", "args"), PAGES)
    def test_asks_and_keeps_what_was_typed(self, desk, name, args):
        address = reverse(name, args=args)

        asked = desk.post(address, {"voucher_number": "2026-77", "several": ["a", "b"]})

        assert asked.status_code == 200
        page = asked.content.decode()
        assert 'name="voucher_number" value="2026-77"' in page
        assert page.count('name="several"') == 2
        wrong = desk.post(address, {"voucher_number": "2026-77", "otp_token": "000000"})
        assert wrong.status_code == 422
        assert 'name="voucher_number" value="2026-77"' in wrong.content.decode()
        right = desk.post(address, {"voucher_number": "2026-77", "otp_token": factors.code_at(desk.secret, AT)})
        assert right.status_code == 404, "the page did its work: there is no such payout"
        assert desk.post(address, {"voucher_number": "2026-77"}).status_code == 404, "and for five minutes asks no more"

    def test_new_recovery_codes_are_not_for_whoever_finds_the_browser(self, desk):
        answer = desk.post(reverse("factor_codes"))

        assert answer.status_code == 200
        assert "codes" not in answer.context, "the page asks for a code first"
        assert not RecoveryCode.objects.exists()

    def test_reading_asks_for_nothing(self, desk):
        assert desk.get(reverse("payout_list")).status_code == 200


class TestDuration:
    @pytest.fixture
    def client(self, at):
        client = Client()
        client.force_login(lin())
        return client

    def test_half_an_hour_unused_ends_it(self, at, client):
        for _ in range(3):
            at.shift(timedelta(minutes=29))
            assert client.get("/cases/").status_code == 200

        at.shift(timedelta(minutes=30))

        assert client.get("/cases/").headers["Location"].startswith("/login/")

    def test_what_the_page_asks_by_itself_does_not_keep_it(self, at, client):
        for _ in range(3):
            at.shift(timedelta(minutes=9))
            assert client.get(reverse("notification_since")).status_code == 200
        at.shift(timedelta(minutes=4))

        assert client.get("/cases/").headers["Location"].startswith("/login/")

    def test_half_a_day_ends_it_anyway(self, at, client):
        for _ in range(35):
            at.shift(timedelta(minutes=20))
            assert client.get("/cases/").status_code == 200
        at.shift(timedelta(minutes=20))

        assert client.get("/cases/").headers["Location"].startswith("/login/")

    def test_that_it_is_used_is_noted_once_a_minute(self, at, client):
        def noted():
            client.get("/cases/")
            return LoginSession.objects.get().last_used

        first = noted()
        at.shift(timedelta(seconds=59))
        assert noted() == first
        at.shift(timedelta(seconds=2))
        assert noted() == first + timedelta(seconds=61)

    def test_an_account_that_is_closed_is_out_with_its_next_request(self, at, client):
        operations.deactivate_user(user=lin(), by=None, at=AT)

        assert client.get("/cases/").headers["Location"].startswith("/login/")
        assert not LoginSession.objects.exists()

    def test_a_session_without_its_login_is_none(self, at, client):
        LoginSession.objects.all().delete()

        assert client.get("/cases/").headers["Location"].startswith("/login/")

    def test_somebody_elses_login_is_none(self, at, client):
        LoginSession.objects.update(user=sun())

        assert client.get("/cases/").headers["Location"].startswith("/login/")

    def test_dead_ones_are_forgotten_by_the_sweep(self, at, client):
        sweep(at=AT + timedelta(minutes=31))

        assert not LoginSession.objects.exists()

    def test_ones_own_are_listed_and_ended(self, at, client):
        other = Client(HTTP_USER_AGENT="Firefox on a desk")
        operations.set_password(user=lin(), password=SECRET, by=None, at=AT)
        client.force_login(lin())
        log_in("lin", client=other)
        assert "Firefox" in client.get("/profile/").content.decode()
        theirs = LoginSession.objects.get(agent="Firefox on a desk")
        stranger = Client()
        stranger.force_login(sun())

        assert stranger.post(reverse("login_end", args=[theirs.pk])).status_code == 404
        assert client.post(reverse("login_end", args=[theirs.pk])).status_code == 302

        assert other.get("/cases/").headers["Location"].startswith("/login/")
        assert client.get("/cases/").status_code == 200
        log_in("lin", client=other)
        assert client.post(reverse("logins_end")).status_code == 302
        assert other.get("/cases/").headers["Location"].startswith("/login/")
        assert client.get("/cases/").status_code == 200

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "WeChat · iPhone"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox · Linux"),
            ("Firefox on a desk", "Firefox"),
            ("something else", "something else"),
            ("", ""),
        ],
    )
    def test_names_the_browser(self, agent, words):
        assert LoginSession(agent=agent).browser == words

    def test_the_key_changes_with_the_login(self, at):
        a_user("pat", password=SECRET)
        client = Client()
        client.get("/login/")
        before = client.session.session_key

        log_in("pat", client=client)

        assert client.session.session_key != before

    def test_a_new_password_of_ones_own_keeps_this_browser_and_ends_the_others(self, at):
        a_user("pat", password=SECRET)
        here, there = log_in("pat").client, log_in("pat").client
        new = {
            "what": "password",
            "old_password": SECRET,
            "password": "another-one-1",
            "password_again": "another-one-1",
        }

        assert here.post("/profile/", new).status_code == 302

        assert here.get("/profile/").status_code == 200
        assert there.get("/profile/").headers["Location"].startswith("/login/")


class TestThreePowers:
    @pytest.mark.parametrize("held", Role)
    @pytest.mark.parametrize("role", Role)
    def test_are_in_nobodys_hand_beside_another_role(self, held, role):
        qian, _he = the_security_administrators()
        user = a_user("pat", role=held)
        why = operations.AlreadyHeld if role == held else operations.PowersApart

        with pytest.raises(why) if role == held or APART & {held, role} else nullcontext():
            operations.grant_role(user=user, role=role, office=an_office_tree().county, by=qian, at=AT)

    def test_nobody_gives_himself_a_password_without_the_old_one(self, client):
        client.force_login(meng())
        assert client.post(reverse("staff_password", args=[meng().uuid]), {}).status_code == 403

    def test_another_one_may_follow_when_the_first_has_ended(self):
        qian, _he = the_security_administrators()
        user = a_user("pat", role=Role.AUDITOR)
        operations.end_grant(grant=RoleGrant.objects.get(user=user), by=qian, at=AT)

        assert operations.grant_role(user=user, role=Role.SYSADMIN, office=an_office_tree().county, by=qian, at=AT)

    @pytest.mark.parametrize("role", [Role.SECADMIN, Role.AUDITOR])
    def test_a_system_administrator_gives_no_password_to_the_other_two(self, role, client):
        user = a_user("pat", role=role)
        system = meng()

        with pytest.raises(NotAllowed):
            operations.set_password(user=user, password=SECRET, by=system, at=AT)

        client.force_login(system)
        assert client.post(reverse("staff_password", args=[user.uuid]), {}).status_code == 403
        qian, _he = the_security_administrators()
        operations.set_password(user=user, password=SECRET, by=qian, at=AT)
        client.force_login(qian)
        assert client.get(reverse("staff_password", args=[user.uuid])).status_code == 200

    @pytest.mark.parametrize("role", [Role.SECADMIN, Role.AUDITOR])
    def test_a_security_administrator_alone_gets_at_none_of_the_other_two(self, role, client):
        user = a_user("pat", role=role)
        with_factor(user)
        qian, _he = the_security_administrators()
        operations.set_password(user=user, password=SECRET, by=qian, at=AT)
        client.force_login(qian)

        with pytest.raises(NotAllowed):
            logins.reset_factor(user=user, by=qian, at=AT)
        assert client.post(reverse("staff_login", args=[user.uuid, "reset-factor"])).status_code == 403
        shown = {each["key"]: each for each in client.get(reverse("staff_detail", args=[user.uuid])).context["actions"]}
        assert not shown["staff_login-reset-factor"]["allowed"]
        operations.end_grant(grant=RoleGrant.objects.get(user=user), by=qian, at=AT)
        with pytest.raises(NotAllowed):
            logins.reset_factor(user=user, by=qian, at=AT)

        client.force_login(meng())
        assert client.post(reverse("staff_login", args=[user.uuid, "reset-factor"])).status_code == 302
        assert not SecondFactor.objects.filter(user=user).exists()

    def test_a_role_that_only_one_has_proposed_opens_no_account(self):
        user = a_user("pat", role=None)
        with_factor(user)
        qian, _he = the_security_administrators()
        logins.reset_factor(user=user, by=qian, at=AT)
        office = an_office_tree().county

        proposed = operations.grant_role(user=user, role=Role.AUDITOR, office=office, by=qian, at=AT)

        assert proposed.needs_confirmation
        with pytest.raises(NotAllowed):
            operations.set_password(user=user, password=SECRET, by=qian, at=AT)

    def test_nobody_touches_an_account_that_reaches_further_than_his_role(self):
        tree = an_office_tree()
        user = a_user("pat", role=Role.AUDITOR, office=tree.county)
        appoint(user, Role.AUDITOR, tree.city)
        with_factor(user)
        here = a_user("here", role=Role.SECADMIN, office=tree.county)

        for touched in (
            lambda: operations.set_password(user=user, password=SECRET, by=here, at=AT),
            lambda: logins.unlock_login(user=user, by=here, at=AT),
            lambda: logins.end_logins_of(user=user, by=here, at=AT),
        ):
            with pytest.raises(operations.WorksElsewhere):
                touched()


class TestPagesBehindTheLogin:
    @pytest.mark.parametrize("name", ["home", "case_list", "contact_list", "profile"])
    def test_are_kept_by_no_browser(self, name, client):
        client.force_login(lin())

        assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]
