"""``manage.py export_redirects``: former addresses as maps for nginx and hosts of static files."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.management.archive import ArchiveCommand
from articles.management.commands.export_edits import replacing
from articles.public.formats.redirect_maps import addresses_by_former_path, nginx_map, redirects_file
from articles.text.phrases import counted


class Command(ArchiveCommand):
    help = "Export redirects from the addresses that articles had on their own sites, for the servers of these."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--nginx", type=Path, metavar="FILE", help="a map for nginx")
        parser.add_argument("--redirects", type=Path, metavar="FILE", help="a file _redirects (Netlify, Cloudflare)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["nginx"] and not options["redirects"]:
            raise CommandError("Name a file with --nginx or --redirects.", returncode=2)
        addresses = addresses_by_former_path()
        for name, write in (("nginx", nginx_map), ("redirects", redirects_file)):
            if path := options[name]:
                with replacing(path) as out:
                    out.writelines(f"{line}\n" for line in write(addresses))
        self.stdout.write(f"{counted(len(addresses), 'redirect')} written")
        queries = sum("?" in path for path in addresses)
        if options["redirects"] and queries:
            self.stdout.write(f"Left out of {options['redirects']}: {counted(queries, 'path')} with a query")
