/* Runs a harness over the files that are named: what the tests do with the corpus, without a fuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LIMIT = 1 << 20 };

int main(int count, char **paths) {
  uint8_t *bytes = malloc(INPUT_LIMIT);
  must(bytes != NULL);
  for (int i = 1; i < count; i++) {
    FILE *file = fopen(paths[i], "rb");
    if (file == NULL) return 2;
    size_t length = fread(bytes, 1, INPUT_LIMIT, file);
    fclose(file);
    uint8_t *input = copy_of(bytes, length);
    LLVMFuzzerTestOneInput(input, length);
    free(input);
  }
  free(bytes);
  printf("%d replayed\n", count - 1);
  return 0;
}
