"""The public pages: each reads the request, asks a queryset, renders. All answer GET and HEAD alone, and only read."""
