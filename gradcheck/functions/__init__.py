"""Checks of any function of arrays: gradients, products with Jacobians and Hessians, whole Jacobians."""

from gradcheck.functions.checks import check_gradients as check_gradients
