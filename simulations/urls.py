"""The addresses of forecasts."""

from django.urls import path

from simulations import picture_views, views
from simulations.adjusting import views as adjusting
from simulations.comparing import merge_views
from simulations.comparing import views as comparing
from simulations.explaining import views as explaining
from simulations.ledger import views as ledger

app_name = "simulations"

urlpatterns = [
    path("scenarios/<uuid:pk>/forecast/", views.forecast, name="forecast"),
    path("scenarios/<uuid:pk>/simulation/", views.status, name="status"),
    path("scenarios/<uuid:pk>/simulate/", views.simulate, name="simulate"),
    path("scenarios/<uuid:pk>/simulation/cancel/", views.cancel, name="cancel"),
    path("scenarios/<uuid:pk>/live/", views.live_forecast, name="live"),
    path("scenarios/<uuid:pk>/pictures/<slug:suffix>/", picture_views.picture, name="picture"),
    path("scenarios/<uuid:pk>/print/", picture_views.paper, name="paper"),
    path("scenarios/<uuid:pk>/merge/forecast/", merge_views.start, name="forecast-merge"),
    path("projects/<uuid:pk>/compare/", comparing.compare, name="compare"),
    path("projects/<uuid:pk>/compare/start/", comparing.start, name="start-comparison"),
    path("scenarios/<uuid:pk>/buffers/", adjusting.buffers, name="buffers"),
    path("projects/<uuid:pk>/why-moved/", explaining.why_moved, name="why-moved"),
    path("projects/<uuid:pk>/why-moved/explain/", explaining.explain, name="explain"),
    path("projects/<uuid:pk>/why-moved/post/", explaining.post_narrative, name="post-narrative"),
    path("projects/<uuid:pk>/commitments/", ledger.commitments, name="commitments"),
    path("projects/<uuid:pk>/commitments/give/", ledger.give_commitment, name="give-commitment"),
    path("commitments/<uuid:pk>/", ledger.commitment, name="commitment"),
    path("commitments/<uuid:pk>/withdraw/", ledger.withdraw_commitment, name="withdraw-commitment"),
    path("projects/<uuid:pk>/calibration/", ledger.calibration, name="calibration"),
    path("projects/<uuid:pk>/calibration/correct/", ledger.correct_ranges, name="correct-ranges"),
    path("merge-forecasts/<uuid:pk>/", merge_views.merge_forecast, name="merge-forecast"),
]
