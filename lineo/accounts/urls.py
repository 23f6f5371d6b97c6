from django.urls import path

from lineo.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("workspaces/", views.choose_workspace, name="choose-workspace"),
    path("workspaces/<slug:slug>/enter/", views.enter_workspace, name="enter-workspace"),
]
