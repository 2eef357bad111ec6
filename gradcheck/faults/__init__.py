"""
The catalogue: every mistake that has a name.

One module per family, concatenated here. Where two entries predict the same values the first is named and the
other listed as its equal, so the order of `CATALOGUE` is the order of preference.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gradcheck.faults import bias, decay, forward, output, propagation, scaling, slopes, weights
from gradcheck.faults._fault import Fault, Layer, layer_of

CATALOGUE: tuple[Fault, ...] = (
    *slopes.FAULTS,
    *output.FAULTS,
    *propagation.FAULTS,
    *bias.FAULTS,
    *weights.FAULTS,
    *scaling.FAULTS,
    *decay.FAULTS,
    *forward.FAULTS,
)
BY_NAME: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in CATALOGUE})

__all__ = ["BY_NAME", "CATALOGUE", "Fault", "Layer", "layer_of"]
