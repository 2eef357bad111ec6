"""Checks of any function of arrays: gradients, products with Jacobians and Hessians, whole Jacobians."""

from gradcheck.functions.checks import check_gradients as check_gradients
from gradcheck.functions.linear import check_jacobian as check_jacobian
from gradcheck.functions.linear import check_jvp as check_jvp
from gradcheck.functions.products import check_second_order as check_second_order
from gradcheck.functions.products import check_vjp as check_vjp
