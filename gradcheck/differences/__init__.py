"""Numerical gradients, each entry with a bound of its error."""

from gradcheck.differences.blackbox import gradient as gradient
from gradcheck.differences.blackbox import observe as observe
from gradcheck.differences.derivative import Derivative as Derivative
from gradcheck.differences.onesided import Sides as Sides
from gradcheck.differences.onesided import one_sided as one_sided
from gradcheck.differences.quick import BlockCheck as BlockCheck
from gradcheck.differences.quick import network_quick_check as network_quick_check
from gradcheck.differences.quick import quick_check as quick_check
from gradcheck.differences.stencils import METHODS as METHODS
from gradcheck.differences.structured import network_gradients as network_gradients
from gradcheck.differences.sweeping import Sweep as Sweep
from gradcheck.differences.sweeping import sweep as sweep
from gradcheck.differences.taylor import taylor_order as taylor_order
