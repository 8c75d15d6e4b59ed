"""SPF evaluations from memory: the openspf suite, mailcheck and pyspf in turn over the same zone data."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import spf
import yaml

from bench.measure import Command, in_turn
from mailcheck.analysis.spf_check import check_host
from mailcheck.grammar.spf import is_spf, parse_spf
from mailcheck.model.dns import Present, Question
from tests.analysis.evaluation import run
from tests.conformance.fetch import SUITE, main as fetch
from tests.conformance.openspf import Case, judge, load
from tests.conformance.openspf_world import World
from tests.conformance.pyspf_oracle import ask_pyspf
