"""One way to write a time in the admin, also in Django's own pages: as ``when_words`` does."""

DATETIME_FORMAT = "j F Y, H:i"
