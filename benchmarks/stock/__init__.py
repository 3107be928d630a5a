"""The peer a user would pick: stock viewflow, django-fsm-2 for the state, django-simple-history for the trail."""
