"""
The two-layer network.

`forward` has the forward pass and the loss, which both sides of the comparison share;
`backward` has the analytic gradients, which only the analytic side may import. This file imports
neither, so that importing the one never brings the other along.
"""
