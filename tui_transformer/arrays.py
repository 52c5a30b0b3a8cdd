"""What an array is to the type checker: any shape, any kind of number."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
