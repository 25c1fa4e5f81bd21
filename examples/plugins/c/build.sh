#!/usr/bin/env bash
# Makes build/plugin.wasm, a core module that carries the plugin interface; `tridem plugin pack` makes a
# component of it. Needs clang, lld and wasi-libc for the memory functions (Debian: clang lld wasi-libc
# libclang-rt-dev-wasm32) and wit-bindgen (`cargo install wit-bindgen-cli@0.60.0`).
set -euo pipefail
cd "$(dirname "$0")"
wit=${WIT:-../../../schemas/wit/1.0}

mkdir -p build
"${WIT_BINDGEN:-wit-bindgen}" c "$wit" --world metrics-plugin --out-dir build >/dev/null
clang --target=wasm32-wasi -O2 -std=c11 -Wall -Wextra -Werror -mexec-model=reactor -nostartfiles \
    -Wl,--no-entry -Wl,--strip-debug -Wl,--export=cabi_realloc \
    -Ibuild visits.c build/metrics_plugin.c build/metrics_plugin_component_type.o \
    -o build/plugin.wasm
