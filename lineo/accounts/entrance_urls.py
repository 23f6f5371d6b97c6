"""Every way in and every personal setting that allauth serves, under addresses of ours."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from django.urls import path, re_path

from lineo.accounts import limits
from lineo.accounts.entrance import by_address, by_email, by_login, by_person, entrance
from lineo.accounts.views import entering

_PASSWORD = ((limits.ACCOUNT, by_login), (limits.ADDRESS, by_address))
SIGN_IN = entrance(account.login, *_PASSWORD)
_AGAIN = ((limits.CODE, by_person), (limits.ADDRESS, by_address))

urlpatterns = [
    path("sign-in/", SIGN_IN, name="account_login"),
    path("sign-in/code/", entrance(mfa.authenticate, *_AGAIN), name="mfa_authenticate"),
    path(
        "sign-in/again/", entrance(account.reauthenticate, *_AGAIN), name="account_reauthenticate"
    ),
    path("sign-in/again/code/", entrance(mfa.reauthenticate, *_AGAIN), name="mfa_reauthenticate"),
    path("sign-in/inactive/", entrance(account.account_inactive), name="account_inactive"),
    path(
        "sign-in/cancelled/", entrance(social.login_cancelled), name="socialaccount_login_cancelled"
    ),
    path("sign-in/error/", entrance(social.login_error), name="socialaccount_login_error"),
    path("sign-in/finish/", entrance(social.signup), name="socialaccount_signup"),
    path("sign-in/<slug:provider_id>/", entrance(entering.begin_oidc), name="openid_connect_login"),
    path(
        "sign-in/<slug:provider_id>/back/",
        entrance(entering.end_oidc),
        name="openid_connect_callback",
    ),
    path("sign-out/", entering.sign_out, name="account_logout"),
    path("sign-up/", entrance(account.signup, (limits.SIGN_UP, by_address)), name="account_signup"),
    path(
        "confirm-email/",
        entrance(account.email_verification_sent),
        name="account_email_verification_sent",
    ),
    path("confirm-email/<str:key>/", entrance(account.confirm_email), name="account_confirm_email"),
    path(
        "reset-password/",
        entrance(account.password_reset, (limits.RESET, by_email), (limits.MAIL, by_address)),
        name="account_reset_password",
    ),
    path(
        "reset-password/sent/",
        entrance(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "reset-password/done/",
        entrance(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^reset-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance(account.password_reset_from_key, (limits.ADDRESS, by_address)),
        name="account_reset_password_from_key",
    ),
    path(
        "settings/password/",
        entrance(account.password_change, *_AGAIN),
        name="account_change_password",
    ),
    path("settings/password/set/", entrance(account.password_set), name="account_set_password"),
    path(
        "settings/email/",
        entrance(account.email, (limits.MAIL, by_person)),
        name="account_email",
    ),
    path("settings/second-step/", entrance(mfa.index), name="mfa_index"),
    path(
        "settings/second-step/app/",
        entrance(totp.activate_totp, *_AGAIN),
        name="mfa_activate_totp",
    ),
    path(
        "settings/second-step/app/off/",
        entrance(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "settings/second-step/codes/",
        entrance(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "settings/second-step/codes/new/",
        entrance(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/second-step/codes/download/",
        entrance(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("settings/connections/", entrance(social.connections), name="socialaccount_connections"),
]
