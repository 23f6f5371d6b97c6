"""The addresses of forecasts."""

from django.urls import path

from simulations import views

app_name = "simulations"

urlpatterns = [
    path("scenarios/<uuid:pk>/forecast/", views.forecast, name="forecast"),
    path("scenarios/<uuid:pk>/simulation/", views.status, name="status"),
    path("scenarios/<uuid:pk>/simulate/", views.simulate, name="simulate"),
    path("scenarios/<uuid:pk>/simulation/cancel/", views.cancel, name="cancel"),
    path("scenarios/<uuid:pk>/live/", views.live_forecast, name="live"),
    path("scenarios/<uuid:pk>/spark/", views.spark, name="spark"),
]
