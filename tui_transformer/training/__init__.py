"""The scripts that made the weights in `weights`: run one to make its file again."""
