#!/usr/bin/env bash
# Builds the reference plugins that are written in Rust, packs them into plugins/dist/, and signs them with
# the demo key, which is public and proves nothing.
#
#   plugins/build.sh               build and pack every plugin
#   plugins/build.sh --check       build, and compare with the packages in plugins/dist/
#   plugins/build.sh --core DIR    only compile, and put the core modules into DIR; names of plugins
#                                  after it leave out all others
#
# TRIDEM names the program that packs and signs; without it, the one of this checkout is built.

set -euo pipefail
# The checkout as the compiler sees it, without symbolic links, so that its name can be replaced.
cd "$(dirname "$0")/.."
checkout=$(pwd -P)

target=wasm32-unknown-unknown
target_dir=$checkout/plugins/target
dist=$checkout/plugins/dist

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

mode=pack
only=()
core_dir=$target_dir/core
case "${1-}" in
'') ;;
--check) mode=check ;;
--core)
    mode=core
    core_dir=${2:?a folder for the core modules}
    only=("${@:3}")
    ;;
*) fail "\`$1\` is not an option; there are --check and --core DIR" ;;
esac

# Two ways to a compiler for WebAssembly. Which one it was is recorded beside the packages,
# because two compilers seldom write the same bytes.
find_linker() {
    local sysroot candidate
    sysroot=$(rustc --print sysroot 2>/dev/null || true)
    for candidate in "$sysroot"/lib/rustlib/*/bin/rust-lld /usr/lib/rustlib/*/bin/rust-lld; do
        if [ -x "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
    command -v wasm-ld || true
}

build_std=()
if [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/$target/lib" ]; then
    route=rustup
    linker=$(find_linker)
    rustc=rustc
    cargo=cargo
elif [ -d "$(/usr/bin/rustc --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library/std" ]; then
    # Debian ships the standard library for this target as source only.
    route=debian
    linker=$(find_linker)
    [ -n "$linker" ] || fail "no linker for WebAssembly: install Debian's package lld, which has wasm-ld"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
    export RUSTC_BOOTSTRAP=1
    rustc=/usr/bin/rustc
    cargo=/usr/bin/cargo
    build_std=(-Zbuild-std=std,panic_abort)
else
    cat >&2 <<'HELP'
error: there is no Rust compiler for WebAssembly here

hint: with rustup, run `rustup target add wasm32-unknown-unknown`;
      on Debian, run `apt-get install rustc-web cargo-web rust-web-src lld`
HELP
    exit 1
fi

# Says which tools made the packages, one `name: value` a line.
toolchain() {
    printf 'route: %s\n' "$route"
    printf 'rustc: %s\n' "$("$rustc" --version)"
    case "$linker" in
    *rust-lld) printf 'linker: %s\n' "$("$linker" -flavor wasm --version)" ;;
    '') printf 'linker: that of rustc\n' ;;
    *) printf 'linker: %s\n' "$("$linker" --version)" ;;
    esac
}

# The same source gives the same bytes wherever it is built: no path of this machine gets into a
# module. Vector instructions are part of every engine that runs plugins.
sysroot=$("$rustc" --print sysroot)
flags=(
    -Ctarget-feature=+simd128
    "--remap-path-prefix=$checkout=/tridem"
    "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/registry"
    "--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rust"
)
separator=$(printf '\x1f')
CARGO_ENCODED_RUSTFLAGS=$(
    IFS=$separator
    printf '%s' "${flags[*]}"
)
unset RUSTFLAGS

# The folders of the plugins that are written in Rust.
names=("${only[@]}")
for manifest in plugins/*/plugin.toml; do
    folder=$(dirname "$manifest")
    if [ "${#only[@]}" -eq 0 ] && [ -f "$folder/Cargo.toml" ]; then
        names+=("$(basename "$folder")")
    fi
done

# `/usr/bin` stands first so that a Debian cargo does not meet a rustup compiler.
users_path=$PATH
if [ "$route" = debian ]; then
    PATH=/usr/bin:$PATH
fi
mkdir -p "$core_dir"
core_dir=$(cd "$core_dir" && pwd -P)
for name in "${names[@]}"; do
    # A plugin that looks at hundreds of rows and not at millions says in its Cargo.toml that it would
    # rather be small than fast: `opt-level = "z"` under `[package.metadata.tridem]`.
    level=$(sed -n '/^\[package\.metadata\.tridem\]/,/^\[/s/^opt-level *= *"\([sz]\)"$/\1/p' "plugins/$name/Cargo.toml")
    encoded=$CARGO_ENCODED_RUSTFLAGS
    options=("${build_std[@]}" --config 'profile.release.panic="abort"')
    if [ -n "$level" ] && [ "$route" = debian ]; then
        # Nobody reads the words of a panic, since a plugin has nowhere to say them; they are a third
        # of its size. Only a standard library that is compiled along can do without them.
        encoded+=$separator-Zunstable-options$separator-Cpanic=immediate-abort
        options=(-Zbuild-std=std -Zbuild-std-features=optimize_for_size)
    fi
    CARGO_ENCODED_RUSTFLAGS=$encoded RUSTC=$rustc "$cargo" build --quiet --locked \
        --package "$name" --lib --release --target "$target" --target-dir "$target_dir" \
        "${options[@]}" \
        --config "profile.release.opt-level=${level:+\"}${level:-3}${level:+\"}" \
        --config 'profile.release.lto="fat"' \
        --config 'profile.release.codegen-units=1' \
        --config 'profile.release.strip=true'
    cp "$target_dir/$target/release/${name//-/_}.wasm" "$core_dir/$name.core.wasm"
    printf '%s: %s bytes of core module\n' "$name" "$(wc -c <"$core_dir/$name.core.wasm")"
done
if [ "$mode" = core ]; then
    exit 0
fi

# The packages are written by the program itself, with the compiler that the workspace asks for.
PATH=$users_path
unset RUSTC_BOOTSTRAP
mkdir -p "$dist"
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
tridem() {
    if [ -n "${TRIDEM-}" ]; then
        "$TRIDEM" "$@"
    else
        cargo run --quiet --release -- "$@"
    fi
}
different=()
for name in "${names[@]}"; do
    version=$(sed -n 's/^version *= *"\(.*\)"$/\1/p' "plugins/$name/plugin.toml" | head -n 1)
    package=$name-$version.tridem
    pack=(plugin pack "plugins/$name" --module "$core_dir/$name.core.wasm" --out "$out/$package")
    tridem "${pack[@]}"
    # A signature is never the same twice, so the committed one is kept where it still holds.
    tridem plugin sign "$out/$package" --key plugins/demo.key --like "$dist/$package"
    if [ "$mode" = pack ]; then
        cp "$out/$package" "$dist/$package"
    elif ! cmp --silent "$out/$package" "$dist/$package"; then
        different+=("$package")
    fi
done

if [ "$mode" = pack ]; then
    toolchain >"$dist/TOOLCHAIN"
elif [ "${#different[@]}" -eq 0 ]; then
    echo "the packages in plugins/dist/ are what their source makes"
elif [ "$(toolchain)" = "$(cat "$dist/TOOLCHAIN" 2>/dev/null)" ]; then
    fail "not what its source makes: ${different[*]}; run plugins/build.sh and commit plugins/dist/"
else
    printf 'notice: %s differs, as it may: it was made with another toolchain\n' "${different[@]}"
    printf '%s\n' "notice: that both behave the same is shown by the contract tests"
fi
