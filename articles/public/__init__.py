"""The readers' site. An address leads through ``urls`` to one of ``views``, which shows what ``listings`` found."""
