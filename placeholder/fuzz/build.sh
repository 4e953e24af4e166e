#!/bin/sh
# Builds both harnesses into a folder: with libFuzzer (`fuzz`, needs clang), or to replay files (`replay`, needs gcc).
set -eu
case ${1-} in
  fuzz) compile='clang -fsanitize=fuzzer,address,undefined' rest='' ;;
  replay) compile='gcc -fsanitize=address,undefined' rest='replay.c' ;;
  *) echo "build.sh fuzz|replay FOLDER" >&2; exit 2 ;;
esac
folder=$2
cd "$(dirname "$0")"

build() {
  name=$1
  shift
  $compile -std=c11 -g -O1 -Wall -Wextra -Werror -fno-sanitize-recover=all -fno-omit-frame-pointer -o "$folder/$name" \
    "$name.c" "$@" ../source/http-body.c ../source/http-fields.c ../source/text.c $rest
}

build http-request ../source/http-request.c
build runtime-response ../source/http-response.c ../source/invocation-event.c
