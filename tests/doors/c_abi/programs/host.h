/* What the test programs share: checks that say where they fail, and a start from the command line.
 * argv[1] is "-" for the places of the build, or the folders of the packages with ':' between them. */
#ifndef HOST_H
#define HOST_H

#include <edge_engine.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                \
    do {                                                                                \
        if (!(condition)) {                                                             \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                                    \
        }                                                                               \
    } while (0)

#define EXPECT(call, wanted)                                                                         \
    do {                                                                                             \
        ee_status got_ = (call);                                                                     \
        if (got_ != (wanted)) {                                                                      \
            fprintf(stderr, "%s:%d: %s: %d (%s), not %s\n", __FILE__, __LINE__, #call, (int)got_,    \
                    ee_strerror(got_), #wanted);                                                     \
            exit(1);                                                                                 \
        }                                                                                            \
    } while (0)

enum { HOST_PATHS_MOST = 16 };

static inline void host_start(const char *folders) {
    char *reason = NULL;
    ee_status status;
    if (strcmp(folders, "-") == 0) {
        status = ee_start(NULL, &reason);
    } else {
        const char *paths[HOST_PATHS_MOST];
        char text[4096];
        size_t count = 0;
        snprintf(text, sizeof text, "%s", folders);
        for (char *at = strtok(text, ":"); at != NULL && count < HOST_PATHS_MOST; at = strtok(NULL, ":")) {
            paths[count++] = at;
        }
        ee_options options = {.abi = EE_ABI, .paths = paths, .path_count = count};
        status = ee_start(&options, &reason);
    }
    if (status != EE_OK) {
        fprintf(stderr, "ee_start: %d: %s\n", (int)status, reason == NULL ? "" : reason);
        exit(1);
    }
    CHECK(reason == NULL);
}

/* Read a whole frame with its length in front of it; false at the end. The frame is the caller's. */
static inline bool host_read(FILE *from, uint8_t **frame, uint32_t *size) {
    uint8_t head[4];
    if (fread(head, 1, 4, from) != 4) {
        return false;
    }
    *size = (uint32_t)head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 24;
    *frame = malloc(*size + 1u);
    CHECK(*frame != NULL && fread(*frame, 1, *size, from) == *size);
    return true;
}

static inline void host_write(FILE *to, int32_t status, const uint8_t *frame, size_t size) {
    const uint32_t words[2] = {(uint32_t)status, (uint32_t)size};
    for (size_t i = 0; i < 8; i++) {
        fputc((int)(words[i / 4] >> (8 * (i % 4)) & 0xff), to);
    }
    CHECK(fwrite(frame == NULL ? (const uint8_t *)"" : frame, 1, size, to) == size);
    fflush(to);
}

#endif
