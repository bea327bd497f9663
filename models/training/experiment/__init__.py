"""What every training shares: recipes, the experiment folder, checkpoints and the one loop.

`recipe` reads recipes, `folder` is the experiment's folder, `checkpoints` and `loop` train and go
on after a kill, `task` is the command line of a training. Only `checkpoints` and `loop` need torch.
"""
