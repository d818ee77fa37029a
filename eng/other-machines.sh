#!/usr/bin/env bash
# Compresses and restores on other machines, and compares every byte with what this one (x64 Linux) makes: on Arm64, as QEMU's user mode emulates it, and
# on Windows x64, as Wine stands in for it. Neither is the machine: QEMU runs the instructions of .NET's compiler for Arm64, vectors included, Wine runs
# .NET for Windows on calls of its own making, and both say nothing of speed. Without ONNX Runtime.
# On Debian:
#   apt-get install wine
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get install qemu-user-static libc6:arm64 libstdc++6:arm64 libssl3:arm64 zlib1g:arm64
#   bash eng/other-machines.sh [arm64] [windows] [--page]
# Both where none is named. --page stores the tables for docs/reliability.md.
set -euo pipefail

root=$(realpath "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
page=false machines=()
for argument in "$@"; do
  case $argument in
    --page) page=true ;;
    arm64 | windows) machines+=("$argument") ;;
    *) echo "unknown: $argument" >&2; exit 1 ;;
  esac
done
[ ${#machines[@]} -gt 0 ] || machines=(arm64 windows)

# Outputs elsewhere: the packages are made from the usual folders.
publish() {
  dotnet publish "$root/src/Tool" -r "$1" --self-contained -c Release -v quiet -nologo -o "$work/tool" -p:ArtifactsPath="$work/build" \
    -p:ToolPackageRuntimeIdentifiers="$1" -p:PackAsTool=false -p:UseAppHost=true -p:EnableAppHostPackDownload=true -p:EnableRuntimePackDownload=true
}

dotnet build "$root/src/Tool" -c Release -v quiet -nologo > /dev/null
export DOTNET_EnableDiagnostics=0 WINEPREFIX="$work/wine" WINEDEBUG=-all
here() { dotnet exec "$root/src/Tool/bin/Release/net10.0/CompressTasks.Tool.dll" "$@"; }
arm64() { qemu-aarch64-static "$work/tool/CompressTasks.Tool" "$@"; }
windows() { wine "$work/tool/CompressTasks.Tool.exe" "$@"; }

cp "$root"/tests/Core.Tests/Artifacts/golden-*.onnx "$root/samples/TinyGpt/tiny-gpt.onnx" "$work"
cd "$work"
status=0

# row MACHINE MODEL STACK...: the model under each stack, on both machines.
row() {
  local there=$1 model=$2 stack machine made=0 same=0 restored=0 equal=0
  shift 2
  for stack in "$@"; do
    printf 'models: [ %s.onnx ]\nrules: [ { weights: "**", minElements: 16, stack: [ %s ] } ]\nreport: json\n' "$model" "$stack" > spec.yml
    for machine in here "$there"; do
      rm -rf "out-$machine"
      $machine spec.yml --output "out-$machine" --no-probe -v quiet
    done
    made=$((made + 1))
    cmp "out-here/$model.onnxz" "out-$there/$model.onnxz" && same=$((same + 1)) || status=1
    here restore "out-here/$model.onnxz" --output out-here/m.onnx > /dev/null
    $there restore "out-here/$model.onnxz" --output "out-$there/m.onnx" > /dev/null
    restored=$((restored + 1))
    cmp out-here/m.onnx "out-$there/m.onnx" && equal=$((equal + 1)) || status=1
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

# compare MACHINE RUNTIME NAME: all rows.
compare() {
  local artifact verified=0
  rm -rf tool build
  publish "$2"
  table=$(printf '| model | stacks | artifacts | same bytes | restored there from those of x64 Linux | same bytes |\n| --- | --: | --: | --: | --: | --: |')
  row "$1" golden-v1 "${stacks[@]}"
  row "$1" golden-calibrated-v1 "${stacks[@]:0:5}"
  row "$1" tiny-gpt "quantize: { r2: 0.999 }"

  # Artifacts of other versions: verify decodes each weight and compares it with the hash in the artifact.
  for artifact in "$root"/tests/Core.Tests/Artifacts/golden-*.onnxz; do
    $1 verify "$artifact" > /dev/null && verified=$((verified + 1)) || status=1
  done

  text+=$(printf '%s against x64 Linux:\n\n%s\n\n%s golden artifacts decode there to the hashes in them.' "$3" "$table" "$verified")$'\n\n'
}

text=
for machine in "${machines[@]}"; do
  case $machine in
    arm64) compare arm64 linux-arm64 "Arm64 by $(qemu-aarch64-static --version | head -1 | sed 's/ (.*//; s/qemu-aarch64 version/QEMU/')" ;;
    windows) compare windows win-x64 "Windows x64 by $(wine --version | sed 's/ (.*//; s/^wine-/Wine /')" ;;
  esac
done

text=${text%$'\n\n'}
echo "$text"
if $page; then
  mkdir -p "$root/bench/Page/reliability"
  echo "$text" > "$root/bench/Page/reliability/machines.md"
fi
exit $status
