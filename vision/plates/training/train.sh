#!/bin/bash
# Rebuilds both plate networks from nothing: train.sh [WORK]. WORK keeps pictures and unfinished weights (about 4 GB; a new
# folder under /tmp otherwise). Needs Debian's python3-torch python3-onnx python3-opencv libopenblas0-pthread and, for the real
# crops, the shared folder (GATEHOUSE_SHARED); without it both learn from drawn plates alone and read real ones worse.
# The reader and the detector take one core each.
set -euo pipefail
cd "$(dirname "$0")"
work="${1:-$(mktemp -d)}"
mkdir -p "$work"
export OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3

crops="$($python -c 'import crops; print(crops.plates_folder() if crops.there() else "")')"
if [ -n "$crops" ]; then
    (list="$PWD/crops.sha256" && cd "$crops" && sha256sum --check --quiet "$list")
else
    echo "no real crops: the weights will not be the shipped ones"
fi

reader() {
    local data="$work/reader" weights="$work/reader.pt"
    $python reader_data.py "$data" --parts 40
    $python reader_train.py "$data" "$weights" --steps 8000
    $python reader_export.py "$weights" ../plate_reader.onnx
}

./detector.sh "$work" >"$work/detector.log" 2>&1 &
detector=$!
reader
wait "$detector"
cat "$work/detector.log"
$python reader_evaluate.py ../plate_reader.onnx
