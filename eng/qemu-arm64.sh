#!/usr/bin/env bash
# Compresses and restores on Arm64, as QEMU's user mode emulates it, and compares every byte with what this machine (x64 Linux) makes. An emulator, not
# a machine: it runs the same instructions of .NET's compiler for Arm64, vectors included, and says nothing of speed. Without ONNX Runtime.
# On Debian:
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get install qemu-user-static libc6:arm64 libstdc++6:arm64 libssl3:arm64 zlib1g:arm64
#   bash eng/qemu-arm64.sh [--page]
# --page stores the table for docs/reliability.md.
set -euo pipefail

root=$(realpath "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Outputs elsewhere: the packages are made from the usual folders.
dotnet publish "$root/src/Tool" -r linux-arm64 --self-contained -c Release -v quiet -nologo -o "$work/arm64" -p:ArtifactsPath="$work/build" \
  -p:ToolPackageRuntimeIdentifiers=linux-arm64 -p:PackAsTool=false -p:UseAppHost=true -p:EnableAppHostPackDownload=true -p:EnableRuntimePackDownload=true
dotnet build "$root/src/Tool" -c Release -v quiet -nologo > /dev/null

export DOTNET_EnableDiagnostics=0
x64() { dotnet exec "$root/src/Tool/bin/Release/net10.0/CompressTasks.Tool.dll" "$@"; }
arm64() { qemu-aarch64-static "$work/arm64/CompressTasks.Tool" "$@"; }

cp "$root"/tests/Core.Tests/Artifacts/golden-*.onnx "$root/samples/TinyGpt/tiny-gpt.onnx" "$work"
table=$(printf '| model | stacks | artifacts | same bytes | restored there from those of x64 | same bytes |\n| --- | --: | --: | --: | --: | --: |')
status=0

# row MODEL STACK...: the model under each stack, on both.
row() {
  local model=$1 stack made=0 same=0 restored=0 equal=0
  shift
  for stack in "$@"; do
    printf 'models: [ %s.onnx ]\nrules: [ { weights: "**", minElements: 16, stack: [ %s ] } ]\nreport: json\n' "$model" "$stack" > "$work/spec.yml"
    for machine in x64 arm64; do
      rm -rf "$work/out-$machine"
      $machine "$work/spec.yml" --output "$work/out-$machine" --no-probe -v quiet
    done
    made=$((made + 1))
    cmp "$work/out-x64/$model.onnxz" "$work/out-arm64/$model.onnxz" && same=$((same + 1)) || status=1
    x64 restore "$work/out-x64/$model.onnxz" --output "$work/out-x64/m.onnx" > /dev/null
    arm64 restore "$work/out-x64/$model.onnxz" --output "$work/out-arm64/m.onnx" > /dev/null
    restored=$((restored + 1))
    cmp "$work/out-x64/m.onnx" "$work/out-arm64/m.onnx" && equal=$((equal + 1)) || status=1
  done
  table+=$(printf '\n| %s | %s | %s | %s | %s | %s |' "$model.onnx" $# $made $same $restored $equal)
}

stacks=(
  "quantize: { r2: 0.99 }" "quantize: { bits: 4 }" "quantize: { step: 0.01 }" lossless
  "gaussian: { components: 8 }, pca: { components: 2, weighting: none }" "gaussian: { components: 8 }, pca: { keep: 0.25 }, residual: { r2: 0.99 }"
  "gaussian: { components: 8, free: amplitude }, recursive: { pca: { variance: 0.95 }, maxLevels: 6 }" "gaussian: { components: 4 }, haar: { keep: 0.9 }"
  "haar: { keep: 0.5, axis: rows }" "gaussian: { components: 4 }, dct: { keep: 0.5 }" "dct: { keep: 0.5, axis: rows }" "pca: { keep: 0.5 }"
  "gaussian: { components: 4 }, recursive: { dct: { keep: 0.5 } }" "dct: { keep: 0.25 }, residual: { r2: 0.999 }"
)
row golden-v1 "${stacks[@]}"
row golden-calibrated-v1 "${stacks[@]:0:5}"
row tiny-gpt "quantize: { r2: 0.999 }"

# Artifacts of other versions: verify decodes each weight and compares it with the hash in the artifact.
verified=0
for artifact in "$root"/tests/Core.Tests/Artifacts/golden-*.onnxz; do
  arm64 verify "$artifact" > /dev/null && verified=$((verified + 1)) || status=1
done

text=$(printf 'Arm64 by %s against x64:\n\n%s\n\n%s golden artifacts decode there to the hashes in them.' \
  "$(qemu-aarch64-static --version | head -1 | sed 's/ (.*//; s/qemu-aarch64 version/QEMU/')" "$table" "$verified")
echo "$text"
if [ "${1:-}" = --page ]; then
  mkdir -p "$root/bench/Page/reliability"
  echo "$text" > "$root/bench/Page/reliability/machines.md"
fi
exit $status
