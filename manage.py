#!/usr/bin/env python
"""Django's command line: ``manage.py help`` lists the commands."""

from newsarchive.__main__ import main

if __name__ == "__main__":
    main()
