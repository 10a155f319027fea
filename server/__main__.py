"""The command line, `python -m server …`: serve, work, demo, store, user, backup, verify, records, doctor and more."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from datetime import date
from typing import Any

from msgspec import ValidationError

from server import cli, keying, staffing
from server.graphql.documents import trust
from server.purging import add_options, purge_now
from server.recording import records
from server.verifying import verify_files


def parser() -> argparse.ArgumentParser:
    """All subcommands and their options."""
    top = argparse.ArgumentParser(prog="python -m server", description="Jieche 接车")
    commands = top.add_subparsers(dest="command", required=True)
    _serve(commands.add_parser("serve", help="migrate, then serve everything"))
    commands.add_parser("work", help="send what the outbox holds, until stopped")
    commands.add_parser("migrate", help="bring the database to the newest revision")
    demo = commands.add_parser("demo", help="load a deterministic dealership into an empty database")
    demo.add_argument("--customers", type=int, default=2000)
    demo.add_argument("--seed", type=int, default=1)
    store = commands.add_parser("store", help="stores").add_subparsers(dest="action", required=True)
    opening = store.add_parser("add", help="add a store; the first one founds the dealer group")
    opening.add_argument("--name", required=True)
    opening.add_argument("--name-en", default="")
    opening.add_argument("--phone", default="")
    opening.add_argument("--address", default="")
    opening.add_argument("--labour-rate-fen", type=int, default=28000, help="price of an hour in fen")
    opening.add_argument("--group", default="", help="the group's name, with the first store")
    keying.add_options(commands.add_parser("key", help="keys of programs").add_subparsers(dest="action", required=True))
    _user(commands.add_parser("user", help="accounts").add_subparsers(dest="action", required=True))
    export = commands.add_parser("export-schema", help="write the GraphQL schema to standard output")
    export.add_argument("--check", metavar="FILE", help="fail if the file differs")
    trusting = "write the list for JIECHE_GRAPHQL_DOCUMENTS of a folder's .graphql files"
    commands.add_parser("trust", help=trusting).add_argument("folder")
    commands.add_parser("backup", help="copy database (SQLite), files and keys").add_argument("folder")
    paper = commands.add_parser("verify", help="check sealed PDFs by nothing but themselves; no database is needed")
    paper.add_argument("files", nargs="+", metavar="FILE.pdf")
    paper.add_argument("--certificate", metavar="PEM", help="the store's certificate, to be sure whose seal it is")
    _keys(commands)
    add_options(commands.add_parser("purge", help="what is kept too long: says what would be deleted; changes nothing"))
    doctor = commands.add_parser("doctor", help="check journal, outcomes, feed against tables, photos against files")
    doctor.add_argument("--rebuild-feed", action="store_true", help="repair the feed from the tables, then check")
    _record(commands.add_parser("records", help="write the records that the law asks for, of a period, as JSON"))
    return top


def _serve(how: argparse.ArgumentParser) -> None:
    how.add_argument("--host", default="127.0.0.1")
    how.add_argument("--port", type=int, default=8000)
    how.add_argument("--workers", type=int, default=1, help="more than one needs PostgreSQL")
    how.add_argument("--demo", action="store_true", help="load the demo dealership if the database is empty")


def _record(how: argparse.ArgumentParser) -> None:
    how.add_argument("kind", choices=("health", "warranty"))
    how.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    how.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    how.add_argument("--store", help="id of the store; needed when there are several")
    how.add_argument("--out", metavar="FILE", help="standard output if not given")


def _keys(commands: Any) -> None:
    seal = commands.add_parser("seal", help="the key that seals papers: show its certificate, or get a better one")
    what = seal.add_mutually_exclusive_group()
    what.add_argument("--export", metavar="PEM", help="write the certificate for those who check papers")
    what.add_argument("--csr", metavar="PEM", help="write a request for a certificate authority")
    what.add_argument("--install", metavar="PEM", help="use what a certificate authority issued, its certificate first")
    seal.add_argument("--organization", default="", help="the store's legal name, for --csr")


def _user(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    add = actions.add_parser("add", help="add a person; the password is asked for, or read from standard input")
    add.add_argument("username")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True)
    add.add_argument("--store", help="id of the store; needed when there are several")
    password = actions.add_parser("password", help="another password for an account, asked for or read like at `add`")
    password.add_argument("username")
    reset = actions.add_parser("reset-totp", help="take away the second factor of somebody who lost it")
    reset.add_argument("username")


def main(arguments: list[str] | None = None) -> int:
    """Runs a subcommand; gives the exit code."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except ValidationError as error:
        print(f"A setting cannot be used: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    if options.command == "serve":
        return cli.serve(options.host, options.port, options.workers, options.demo)
    if options.command == "export-schema":
        return cli.export_schema(options.check)
    if options.command == "trust":
        return trust(options.folder)
    if options.command == "verify":
        return verify_files(options.files, options.certificate)
    if options.command == "records":
        return records(options.kind, options.store, options.first, options.last, options.out)
    if options.command == "purge":
        return purge_now(options.really, options.at)
    if options.command == "seal":
        return cli.seal(options.export, options.csr, options.install, options.organization)
    if options.command == "backup":
        return cli.backup(options.folder)
    jobs = {
        "work": lambda: cli.work(),
        "migrate": lambda: cli.migrate_now(),
        "demo": lambda: cli.demo(options.customers, options.seed),
        "store": lambda: cli.store_add(
            options.name, options.name_en, options.phone, options.address, options.labour_rate_fen, options.group
        ),
        "user": lambda: _staffing(options),
        "key": lambda: keying.run(options),
        "doctor": lambda: cli.doctor(options.rebuild_feed),
    }
    return asyncio.run(jobs[options.command]())


def _staffing(options: argparse.Namespace) -> Coroutine[Any, Any, int]:
    if options.action == "password":
        return staffing.user_password(options.username)
    if options.action == "reset-totp":
        return staffing.user_reset_totp(options.username)
    return staffing.user_add(options.username, options.name, options.role, options.store)


if __name__ == "__main__":
    sys.exit(main())
