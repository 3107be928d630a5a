"""Logging in: how often it may be tried, the second factor, and the browsers somebody is logged in with."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audit import events, limits
from casework.audit.errors import InvalidFacts, NotFound, WrongState
from casework.audit.operation import operation
from casework.offices.roles import NEEDS_FACTOR

from . import factors
from .models import LoginSession, RecoveryCode, SecondFactor, User
from .operations import demand_factor_of, demand_person, end_logins

# A login dies when it was not used for so long, and after so long anyway (GB/T 22239-2019 8.1.4.1 b; ASVS 7.3).
IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
# That it is used is noted so often at most.
NOTED_EVERY = timedelta(minutes=1)
# Before money leaves, a code not older than this is asked for (ASVS 7.5.3).
FRESH = timedelta(minutes=5)

# Tries of a password that reach the hasher: of one account from one address, and of one account from anywhere. By
# address alone nothing is counted: a whole office may sit behind one.
BY_ADDRESS = limits.Limit(5, timedelta(minutes=15))
BY_ACCOUNT = limits.Limit(20, timedelta(hours=1))
SAID_ONCE = limits.Limit(1, timedelta(minutes=15))
# Codes somebody may try before he waits.
CODES = limits.Limit(5, timedelta(minutes=15))


class NoFactor(WrongState):
    """There is no second factor to be asked for."""

    message = _("There is no second factor on this account.")


class FactorStands(WrongState):
    """There is a second factor; another one is set up when it has been reset."""

    message = _("There is a second factor already; an administrator can reset it.")


class WrongCode(InvalidFacts):
    """The code does not fit, was used, or too many were tried."""

    message = _("This code does not fit, or was used already. Wait for the next one; after five tries wait 15 minutes.")

    def __init__(self) -> None:
        super().__init__({"code": [str(self.message)]})


def may_try(username: str, address: str, at: datetime) -> bool:
    """Count a try of a password, and return whether it may be looked at; one too many is answered as a wrong one is."""
    who = username.strip().lower()
    return limits.take({limits.key_of("login", who, address): BY_ADDRESS, limits.key_of("login", who): BY_ACCOUNT}, at)


def forget_tries(username: str, address: str) -> None:
    """Forget what somebody mistyped at this address before the right password."""
    limits.forget(limits.key_of("login", username.strip().lower(), address))


@operation
def note_failure(*, username: str, is_locked: bool, by: None, at: datetime) -> None:
    """Record that somebody tried to log in with an account; names that are no account leave nothing behind.

    That it is locked is said once in a while: whoever goes on trying fills no trail.
    """
    user = User.objects.filter(username=username.strip().lower()).first()
    if user is None or user.is_public:
        return
    if is_locked and not limits.take({limits.key_of("locked", user.username): SAID_ONCE}, at):
        return
    kind = "user.login_locked" if is_locked else "user.login_failed"
    events.record(events.SECURITY, kind, by=by, at=at, user=user.pk, username=user.username)


@operation
def note_wrong_code(*, by: User, at: datetime) -> None:
    """Record that somebody whose password was right typed a code that does not fit."""
    events.record(events.SECURITY, "factor.failed", by=by, at=at, user=by.pk)


def needs_factor(user: User) -> bool:
    """Return whether a person's roles ask for a second factor."""
    return any(grant.role in NEEDS_FACTOR for grant in user.grants())


def has_factor(user: User) -> bool:
    """Return whether a person has set up a second factor."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


@operation
def open_login(*, session_key: str, address: str, agent: str, by: User, at: datetime) -> LoginSession:
    """Enter a browser whose password was right; it opens at once where no second factor is asked for."""
    asked = needs_factor(by) or has_factor(by)
    login = LoginSession.objects.create(
        user=by,
        session_key=session_key,
        since=at,
        last_used=at,
        address=address,
        agent=agent[:200],
        is_open=not asked,
    )
    events.record(events.SECURITY, "user.logged_in", by=by, at=at, user=by.pk)
    return login


@operation
def begin_factor(*, by: User, at: datetime) -> SecondFactor:
    """Give a person a secret for the authenticator app; it counts once a code of it was typed.

    Raises:
        FactorStands: one counts already.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=by).first() or SecondFactor(user=by)
    if factor.confirmed_at is not None:
        raise FactorStands
    factor.secret, factor.last_step = factors.new_secret(), 0
    factor.save()
    events.record(events.SECURITY, "factor.begun", by=by, at=at, user=by.pk)
    return factor


@operation
def confirm_factor(*, login: LoginSession, code: str, by: User, at: datetime) -> list[str]:
    """Let a second factor count, whose code was typed; return the recovery codes, which are shown this once.

    Raises:
        NoFactor: none was begun.
        FactorStands: it counts already.
        WrongCode: the code is not one of it.
    """
    factor = _locked(by)
    if factor.confirmed_at is not None:
        raise FactorStands
    _take_code(factor, code, at)
    factor.confirmed_at = at
    factor.save(update_fields=["confirmed_at", "last_step"])
    events.record(events.SECURITY, "factor.set_up", by=by, at=at, user=by.pk)
    _open(login, at)
    return _renew_codes(by)


@operation
def give_factor(*, user: User, secret: str, by: None, at: datetime) -> SecondFactor:
    """Set up the second factor of an account of the demonstration, whose secret is published."""
    factor, is_new = SecondFactor.objects.get_or_create(user=user, defaults={"confirmed_at": at})
    if is_new:
        factor.secret = secret
        factor.save(update_fields=["secret"])
        events.record(events.SECURITY, "factor.set_up", by=by, at=at, user=user.pk)
    return factor


@operation
def answer_factor(*, login: LoginSession, code: str, by: User, at: datetime) -> None:
    """Take a code, of the app or a recovery code; the login is open from then on, and fresh for five minutes.

    Raises:
        NoFactor: there is none.
        WrongCode: it does not fit, was used, or too many were tried.
    """
    factor = _locked(by)
    if factor.confirmed_at is None:
        raise NoFactor
    recovery = RecoveryCode.objects.select_for_update().filter(
        user=by, digest__in=factors.digests_of(by.uuid, code), used_at=None
    )
    if (found := recovery.first()) is not None:
        found.used_at = at
        found.save(update_fields=["used_at"])
        events.record(events.SECURITY, "factor.recovery_used", by=by, at=at, user=by.pk)
    else:
        _take_code(factor, code, at)
        factor.save(update_fields=["last_step"])
        events.record(events.SECURITY, "factor.answered", by=by, at=at, user=by.pk)
    _open(login, at)


def may_try_code(user: User, at: datetime) -> bool:
    """Count a try of a code, and return whether it may be looked at."""
    return limits.take({limits.key_of("factor", str(user.uuid)): CODES}, at)


def _locked(user: User) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        raise NoFactor
    return factor


def _take_code(factor: SecondFactor, code: str, at: datetime) -> None:
    # The demonstration's secret is published: that its code is taken once protects nobody, and two may log in at once.
    is_published = settings.DEMO and factor.secret == settings.DEMO_FACTOR_SECRET
    step = factors.step_of(factor.secret, code, at, after=0 if is_published else factor.last_step)
    if step is None:
        raise WrongCode
    factor.last_step = step


def _open(login: LoginSession, at: datetime) -> None:
    login.is_open, login.factor_at = True, at
    login.save(update_fields=["is_open", "factor_at"])
    limits.forget(limits.key_of("factor", str(login.user.uuid)))


def _renew_codes(user: User) -> list[str]:
    codes = factors.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=factors.digest_of(user.uuid, code)) for code in codes]
    )
    return codes


@operation
def renew_recovery_codes(*, by: User, at: datetime) -> list[str]:
    """Make new recovery codes; the old ones are taken no more.

    Raises:
        NoFactor: there is no second factor they would stand for.
    """
    if not has_factor(by):
        raise NoFactor
    events.record(events.SECURITY, "factor.codes_renewed", by=by, at=at, user=by.pk)
    return _renew_codes(by)


@operation
def reset_factor(*, user: User, by: User, at: datetime) -> None:
    """Take away the second factor of somebody who lost it, and end his logins; he sets up another at the next one.

    Who resets it gives no password to that account: see Note [Two people get at an account].

    Raises:
        NotAllowed, WorksElsewhere, NotYourself: as `demand_factor_of` says.
        NoFactor: there is none.
    """
    demand_factor_of(by, user, at)
    if not SecondFactor.objects.filter(user=user).exists():
        raise NoFactor
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    end_logins(LoginSession.objects.filter(user=user))
    events.record(events.SECURITY, "factor.reset", by=by, at=at, user=user.pk, username=user.username)


@operation
def unlock_login(*, user: User, by: User, at: datetime) -> None:
    """Let somebody try again who mistyped too often, or whom somebody else kept out."""
    demand_person(by, user, at, "grant.manage")
    limits.forget(limits.key_of("login", user.username))
    limits.forget(limits.key_of("factor", str(user.uuid)))
    events.record(events.SECURITY, "user.unlocked", by=by, at=at, user=user.pk, username=user.username)


# ---- the browsers somebody is logged in with -----------------------------------------------------------------------


def is_live(login: LoginSession, at: datetime) -> bool:
    """Return whether a login still counts: it was used lately, and did not begin too long ago."""
    return at - login.last_used < IDLE and at - login.since < AT_MOST


def is_fresh(login: LoginSession, at: datetime) -> bool:
    """Return whether a login was asked for a code within the last minutes."""
    return login.factor_at is not None and at - login.factor_at < FRESH


def touch(login: LoginSession, at: datetime) -> None:
    """Note that a login is used, once a minute at most."""
    if at - login.last_used >= NOTED_EVERY:
        LoginSession.objects.filter(pk=login.pk, last_used__lt=at).update(last_used=at)


def logins_of(user: User, at: datetime) -> list[LoginSession]:
    """Return the live logins of a person, the last used first."""
    return [login for login in LoginSession.objects.filter(user=user).order_by("-last_used") if is_live(login, at)]


@operation
def end_login(*, pk: int, by: User, at: datetime) -> None:
    """End a login of one's own.

    Raises:
        NotFound: it is over, or somebody else's.
    """
    login = LoginSession.objects.filter(pk=pk, user=by)
    if not login.exists():
        raise NotFound
    end_logins(login)
    events.record(events.SECURITY, "user.logged_out", by=by, at=at, user=by.pk)


@operation
def end_other_logins(*, login: LoginSession, by: User, at: datetime) -> None:
    """End every login of one's own but this one."""
    end_logins(LoginSession.objects.filter(user=by).exclude(pk=login.pk))
    events.record(events.SECURITY, "user.logged_out", by=by, at=at, user=by.pk)


@operation
def end_logins_of(*, user: User, by: User | None, at: datetime) -> None:
    """End every login of somebody."""
    demand_person(by, user, at, "grant.manage")
    end_logins(LoginSession.objects.filter(user=user))
    events.record(events.SECURITY, "user.logins_ended", by=by, at=at, user=user.pk, username=user.username)


def forget_dead_logins(at: datetime) -> None:
    """Forget the logins that count no more; the sweep does this."""
    end_logins(LoginSession.objects.filter(Q(last_used__lte=at - IDLE) | Q(since__lte=at - AT_MOST)))
