"""Addresses of the pages of work."""

from django.urls import path

from . import calculator_views, deadline_views, recount_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("tasks/", views.task_queue, name="task_queue"),
    path("tasks/claim/", views.task_bulk_claim, name="task_bulk_claim"),
    path("tasks/<int:pk>/", views.task_detail, name="task_detail"),
    path("tasks/<int:pk>/claim/", views.task_claim, name="task_claim"),
    path("tasks/<int:pk>/release/", views.task_release, name="task_release"),
    path("tasks/<int:pk>/reassign/", views.task_reassign, name="task_reassign"),
    path("tasks/<int:pk>/doors/<slug:door>/", views.task_door, name="task_door"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/<slug:slug>/", views.case_new, name="case_new"),
    path("cases/<str:number>/", views.case_detail, name="case_detail"),
    path("cases/<str:number>/withdraw/", views.case_withdraw, name="case_withdraw"),
    path("cases/<str:number>/take-back/", views.case_take_back, name="case_take_back"),
    path("cases/<str:number>/correct/", views.case_correct, name="case_correct"),
    path("cases/<str:number>/hand-over/", views.case_hand_over, name="case_hand_over"),
    path("cases/<str:number>/link/", views.case_link, name="case_link"),
    path("cases/<str:number>/proceedings/", deadline_views.case_proceeding, name="case_proceeding"),
    path("contacts/<uuid:uuid>/proceedings/", deadline_views.contact_proceeding, name="contact_proceeding"),
    path("clocks/<int:pk>/extend/", deadline_views.clock_extend, name="clock_extend"),
    path("hand-overs/<int:pk>/", views.handover_decide, name="handover_decide"),
    path("payouts/<uuid:uuid>/pay/", views.payout_pay, name="payout_pay"),
    path("contacts/", views.contact_list, name="contact_list"),
    path("contacts/new/", views.contact_new, name="contact_new"),
    path("contacts/<uuid:uuid>/", views.contact_detail, name="contact_detail"),
    path("deadlines/recounts/", recount_views.recount_list, name="recount_list"),
    path("deadlines/recounts/<int:pk>/", recount_views.recount_detail, name="recount_detail"),
    path("deadlines/recounts/<int:pk>/decide/", recount_views.recount_decide, name="recount_decide"),
    path("deadlines/recounts/<int:pk>/lines/", recount_views.recount_lines, name="recount_lines"),
    path("staff/<uuid:uuid>/deactivate/", views.staff_deactivate, name="staff_deactivate"),
    path("calculators/", calculator_views.calculator_list, name="calculator_list"),
    path("calculators/<slug:slug>/<slug:code>/", calculator_views.calculator_page, name="calculator"),
    path("drafts/<slug:key>/", views.draft, name="draft"),
    path("audit/", views.audit_trail, name="audit_trail"),
]
