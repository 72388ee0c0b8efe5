#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause-Patent
"""Runs the configuration targets of make with the tools of kconfig-frontends.

usage: configure.py TARGET...     (in the build directory, srctree exported)

TARGET is x_defconfig, a fragment (name.config), or one of menuconfig,
nconfig, oldconfig, olddefconfig, savedefconfig, listnewconfig, alldefconfig,
allyesconfig, allnoconfig, randconfig; or --sync, which writes what C and make
read from .config.
"""

import glob
import os
import shutil
import subprocess
import sys

import kconfig
import verify

# kconfig-frontends is the parser of Linux 4.11; a newer one spells this
# --syncconfig.
KCONF_SYNC = "--silentoldconfig"
KCONF = os.environ.get("KCONF", "kconfig-conf")
MCONF = os.environ.get("MCONF", "kconfig-mconf")
NCONF = os.environ.get("NCONF", "kconfig-nconf")
NAME_FILE = ".config-name"

HEADER = "include/generated/autoconf.h"


class Refused(Exception):
    """A reason, to be shown as it is."""


def srctree():
    return os.environ.get("srctree", ".")


def environment(**more):
    """The tools read KCONFIG_ and CONFIG_ variables of whoever builds."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("KCONFIG_") and k != "CONFIG_"}
    if "KCONFIG_SEED" in os.environ:
        env["KCONFIG_SEED"] = os.environ["KCONFIG_SEED"]
    env.update(srctree=srctree(), LC_ALL="C", **more)
    return env


def need(tool):
    if shutil.which(tool) is None:
        raise Refused(f"{tool} is missing: run scripts/install-packages build")


def conf(*args, **env):
    """Runs kconfig-conf. It warns and succeeds where it should stop, so
    whatever it says on stderr is an error."""
    need(KCONF)
    os.makedirs("include/config", exist_ok=True)
    os.makedirs("include/generated", exist_ok=True)
    done = subprocess.run([KCONF, *args, "Kconfig"], env=environment(**env), check=False,
                          stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = done.stderr.strip().splitlines()
    if args[0] == "--randconfig" and said and said[0].startswith("KCONFIG_SEED="):
        print(f"  {said.pop(0)}")
    if said or done.returncode:
        raise Refused("\n".join(said or [done.stdout.strip()]) +
                      f"\n{KCONF} {args[0].partition('=')[0]} failed")
    return done.stdout


def find_defconfig(name):
    path = os.path.join(srctree(), "configs", name)
    if not os.path.isfile(path):
        raise Refused(f"there is no configs/{name}; there are: " + " ".join(defconfigs()))
    return path


def defconfigs():
    return sorted(os.path.basename(p)
                  for p in glob.glob(os.path.join(srctree(), "configs", "*_defconfig")))


def find_fragment(name):
    places = [os.path.join(srctree(), "configs", name),
              os.path.join(srctree(), "configs", "fragments", name),
              os.path.join(srctree(), name)]
    for path in places:
        if os.path.isfile(path):
            return path
    raise Refused(f"there is no fragment {name}: it is not in configs/, not in "
                  "configs/fragments/, and not a path")


def label(path):
    """A file as it is shown: relative to the source tree if it is in it."""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(srctree()))
    return path if relative.startswith("..") else relative


def write_name(base, fragments):
    """What was chosen, for reports and golden files: direct, direct+debug."""
    names = [base] + [os.path.basename(f).removesuffix(".config") for f in fragments]
    with open(NAME_FILE, "w", encoding="utf-8") as f:
        f.write("+".join(names) + "\n")


def read_name():
    try:
        with open(NAME_FILE, encoding="utf-8") as f:
            return f.read().strip()
    except OSError:
        return "custom"


def configure(defconfig, fragments):
    """A defconfig with fragments on top of it, or fragments on top of what
    .config says; every line of theirs must hold in the result."""
    paths = ([find_defconfig(defconfig)] if defconfig else []) + \
        [find_fragment(f) for f in fragments]
    lists, errors = [], []
    for path in paths:
        requests, wrong = verify.parse(path, label(path))
        lists.append(requests)
        errors += wrong
    requests = verify.merge(lists)
    tree = kconfig.Tree(srctree())
    errors += verify.request_errors(tree, requests)
    if errors:
        raise Refused("\n".join(errors))

    base = {}
    if not defconfig:
        if not os.path.exists(".config"):
            raise Refused("there is no .config to add a fragment to: name a defconfig too")
        base = verify.merge([verify.parse(".config")[0]])
    wanted = {**without_rivals(tree, base, requests), **requests}
    with open(".config.wanted", "w", encoding="utf-8") as f:
        for request in wanted.values():
            f.write(f"# CONFIG_{request.name} is not set\n" if request.value == "n"
                    else f"CONFIG_{request.name}={request.value}\n")
    try:
        conf("--defconfig=.config.wanted", KCONFIG_CONFIG=".config.new")
        errors = verify.value_errors(tree, verify.read_values(".config.new"), requests)
        if errors:
            raise Refused("\n".join(errors) + "\nthe configuration is unchanged")
        os.replace(".config.new", ".config")
    finally:
        for leftover in (".config.wanted", ".config.new", ".config.new.old"):
            if os.path.exists(leftover):
                os.unlink(leftover)
    write_name(defconfig.removesuffix("_defconfig") if defconfig else read_name(), fragments)
    print(f"  CONFIG  {read_name()}")


def without_rivals(tree, base, requests):
    """A choice in .config gives way to a fragment that asks for another member."""
    choices = {tree.symbols[r.name].choice for r in requests.values()
               if r.name in tree.symbols and r.value == "y"} - {None}
    return {n: r for n, r in base.items()
            if n not in tree.symbols or tree.symbols[n].choice not in choices}


def interactive(tool):
    """A full-screen menu. Without a terminal the tools never return."""
    if not (os.isatty(0) and os.isatty(1)):
        raise Refused("this target needs a terminal; use olddefconfig or a fragment instead")
    need(tool)
    os.makedirs("include/config", exist_ok=True)
    if subprocess.run([tool, "Kconfig"], env=environment(), check=False).returncode:
        raise Refused(f"{tool} failed")


def oldconfig():
    """Asks about new options, on a terminal."""
    if not os.isatty(0):
        raise Refused("oldconfig needs a terminal; use olddefconfig instead")
    need(KCONF)
    if subprocess.run([KCONF, "--oldconfig", "Kconfig"], env=environment(),
                      check=False).returncode:
        raise Refused("oldconfig failed")


def move_if_changed(new, old):
    with open(new, "rb") as f:
        text = f.read()
    try:
        with open(old, "rb") as f:
            if f.read() == text:
                os.unlink(new)
                return
    except OSError:
        pass
    os.replace(new, old)


def sync():
    """Writes auto.conf for make and autoconf.h for C. New options get their
    defaults first, since the parser would ask about them."""
    conf("--olddefconfig")
    conf(KCONF_SYNC, KCONFIG_AUTOHEADER=HEADER + ".new")
    move_if_changed(HEADER + ".new", HEADER)
    # The parser leaves the file alone if nothing changed; make must not.
    os.utime("include/config/auto.conf")


def savedefconfig():
    conf("--savedefconfig=defconfig")
    print("  SAVED   defconfig (copy it to configs/)")


def listnewconfig():
    print(conf("--listnewconfig"), end="")


TARGETS = {
    "menuconfig": lambda: interactive(MCONF),
    "nconfig": lambda: interactive(NCONF),
    "oldconfig": oldconfig,
    "olddefconfig": lambda: conf("--olddefconfig"),
    "savedefconfig": savedefconfig,
    "listnewconfig": listnewconfig,
    "--sync": sync,
}
for generated in ("alldefconfig", "allyesconfig", "allnoconfig", "randconfig"):
    TARGETS[generated] = lambda t=generated: (conf("--" + t), write_name(t, []))


def main(goals):
    bases = [g for g in goals if g.endswith("_defconfig")]
    fragments = [g for g in goals if g.endswith(".config")]
    others = [g for g in goals if g not in bases and g not in fragments]
    if len(bases) > 1:
        raise Refused("more than one defconfig: " + " ".join(bases))
    unknown = [g for g in others if g not in TARGETS]
    if unknown or not goals:
        raise Refused(f"no such configuration target: {' '.join(unknown)}; see make help")
    if bases or fragments:
        configure(bases[0] if bases else None, fragments)
    for goal in others:
        TARGETS[goal]()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as e:
        print(f"configure: {e}", file=sys.stderr)
        sys.exit(1)
