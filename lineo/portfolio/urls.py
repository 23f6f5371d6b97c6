"""The addresses of the portfolio."""

from django.urls import path

from lineo.portfolio import views

app_name = "portfolio"

urlpatterns = [
    path("portfolio/", views.portfolio, name="portfolio"),
    path("portfolio/pictures/<slug:suffix>/", views.picture, name="picture"),
    path("portfolio/draw/", views.draw_jointly, name="draw"),
    path("projects/<uuid:pk>/shown/", views.shown_scenario, name="shown"),
    path("projects/<uuid:pk>/goals/new/", views.add_goal, name="add-goal"),
    path("goals/<uuid:pk>/", views.goal, name="goal"),
    path("goals/<uuid:pk>/delete/", views.delete_goal, name="delete-goal"),
]
