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

enum { HOST_PATHS_MOST = 16, HOST_KEY_BYTES = 32, HOST_ANSWER_MOST = 10 + HOST_KEY_BYTES };

/* The number of something that the engine asks, as its frame has it: msgpack writes it in one byte or in five. */
typedef struct {
    uint8_t bytes[5];
    size_t size;
} host_number;

/* Return the number of a question for the host's key; anything else ends the program. */
static inline host_number host_asked_for_key(const uint8_t *frame, size_t size) {
    static const char method[] = "\xa8host.key";
    host_number number = {{0}, 1};
    CHECK(size > 12 && frame[0] == 0x94 && frame[1] == EE_ABI);
    CHECK(frame[2] >= 0xe0 || (frame[2] == 0xd2 && frame[3] >= 0x80));
    number.size = frame[2] == 0xd2 ? 5 : 1;
    memcpy(number.bytes, frame + 2, number.size);
    CHECK(size > 2 + number.size + 9 && memcmp(frame + 2 + number.size, method, sizeof method - 1) == 0);
    return number;
}

/* Write [1, number, nil, the bytes 0 to 31] and return its size. */
static inline size_t host_answer_key(uint8_t *frame, host_number number) {
    size_t at = 0;
    frame[at++] = 0x94;
    frame[at++] = EE_ABI;
    memcpy(frame + at, number.bytes, number.size);
    at += number.size;
    frame[at++] = 0xc0;
    frame[at++] = 0xc4;
    frame[at++] = HOST_KEY_BYTES;
    for (uint8_t i = 0; i < HOST_KEY_BYTES; i++) {
        frame[at++] = i;
    }
    return at;
}

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
