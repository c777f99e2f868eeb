#!/bin/sh
# Prints a Python that can make wencun's virtual environment, or says in one line which package to install.
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            command -v "$python"
            exit 0
        fi
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "wencun: $python cannot make virtual environments; install what it lacks: sudo apt install python$version-venv" >&2
        exit 1
    fi
done
echo "wencun: needs Python 3.11 or newer: sudo apt install python3 python3-venv (Debian 12, Ubuntu 24.04 or newer)" >&2
exit 1
