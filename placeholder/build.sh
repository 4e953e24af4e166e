#!/bin/sh
# Builds placeholder/binaries/placeholder-linux-{amd64,arm64}, or the same files in the folder that is given.
# The bytes depend on the compilers alone: Debian 12's gcc and gcc-aarch64-linux-gnu (see README.md).
set -eu
target=${1:-$(dirname "$0")/binaries}
mkdir -p "$target"
folder=$(cd "$target" && pwd)
cd "$(dirname "$0")/source"
export LC_ALL=C SOURCE_DATE_EPOCH=0

build() {
  "$1" $2 -o "$folder/$3" \
    -std=c11 -Os -Wall -Wextra -Wconversion -Wshadow -Wno-sign-conversion -Werror \
    -ffreestanding -fno-builtin -nostdlib -nostartfiles -static -no-pie -fno-pie \
    -fno-stack-protector -fomit-frame-pointer -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident \
    -fno-tree-loop-distribute-patterns -fno-jump-tables -flto -flto-partition=none -ffunction-sections -fdata-sections -ffile-prefix-map="$PWD"=. \
    -Wl,--build-id=none,--gc-sections,--strip-all,--no-dynamic-linker,--fatal-warnings \
    -Wl,-z,noseparate-code,-z,noexecstack,-z,norelro \
    caller.c client.c connection.c health-check.c http-body.c http-fields.c http-request.c http-response.c \
    invocation-answer.c invocation-event.c listeners.c log.c main.c memory.c message.c runtime.c server-answer.c \
    server.c signals.c start.c text.c
  chmod 0755 "$folder/$3"
}

build x86_64-linux-gnu-gcc '-march=x86-64 -fcf-protection=none -Wl,-z,max-page-size=4096' placeholder-linux-amd64
# Some kernels have pages of 64 KiB there. All of the program and its tables lies within the tiny model's 1 MiB.
build aarch64-linux-gnu-gcc '-march=armv8-a -mno-outline-atomics -mcmodel=tiny -Wl,-z,max-page-size=65536' placeholder-linux-arm64
