"""Training on all cores: one process and one thread a core, gradients averaged after every batch.

Two single-threaded processes wait for each other once a batch; two threads of one process would do so in every operation,
which on a busy machine is twenty times slower.
"""

import os
import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing

WORKERS = min(4, os.cpu_count() or 1)


def _worker(rank, work, meeting, arguments):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=WORKERS)
    work(*arguments)
    dist.destroy_process_group()


def run(work, *arguments):
    """Call a module-level function in every worker and wait for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(_worker, (work, f"{folder}/meeting", arguments), nprocs=WORKERS)


def rank():
    """Which worker this is; number 0 writes the checkpoints and the log."""
    return dist.get_rank() if dist.is_initialized() else 0


def share(starts):
    """This worker's part of a list that all workers have, the same number for each."""
    if not dist.is_initialized():
        return starts
    return starts[: len(starts) // WORKERS * WORKERS][rank() :: WORKERS]


def average_gradients(net):
    """After backward(), before the optimiser's step."""
    if not dist.is_initialized():
        return
    flat = torch.cat([parameter.grad.flatten() for parameter in net.parameters()])
    dist.all_reduce(flat)
    flat /= WORKERS
    torch._foreach_copy_(
        [parameter.grad for parameter in net.parameters()],
        [part.view_as(p) for part, p in zip(flat.split([p.numel() for p in net.parameters()]), net.parameters())],
    )
