"""Numerical gradients, each entry with a bound of its error."""

from gradcheck.differences.blackbox import gradient as gradient
from gradcheck.differences.derivative import Derivative as Derivative
from gradcheck.differences.network import network_gradients as network_gradients
from gradcheck.differences.stencils import METHODS as METHODS
