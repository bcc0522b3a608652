#!/bin/bash
# Rebuilds vision/plates/plate_detector.onnx: detector.sh [WORK]. Draws scenes into WORK/scenes (a new folder under /tmp
# otherwise, 250 MB), trains, exports and evaluates, all on one core. Called by train.sh.
set -euo pipefail
cd "$(dirname "$0")"
work="${1:-$(mktemp -d)}"
export OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3

$python detector_data.py "$work/scenes" 0 56
$python detector_train.py "$work/scenes" "$work/detector.pt" 9000 6000
$python detector_export.py "$work/detector.pt" ../plate_detector.onnx
$python detector_evaluate.py ../plate_detector.onnx
