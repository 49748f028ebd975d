"""A network that nobody has trained, for tests of what is done with one."""

import torch

from scripts.train import net, units


def lively():
    """A small one with normalisation that does something, so that folding it has something to do."""
    torch.manual_seed(7)
    made = net.Net(units.count(), 32)
    made.mean.uniform_(-5, 5)
    made.scale.uniform_(0.02, 0.1)
    for norm in made.norm:
        norm.running_mean.uniform_(0, 0.5)
        norm.running_var.uniform_(0.5, 2)
    torch.nn.init.normal_(made.output.weight, std=0.7)
    return made.eval()
