/* Shutting down while eight threads call: each call is answered or refused, nothing waits for ever, and the process ends
 * by itself. argv[2] is a file of requests, each with its length in front; argv[3] how many calls come first; with an
 * argv[4] there is no shutdown at all: the process just ends. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "host.h"

enum { THREADS = 8, FRAMES_MOST = 64 };

static uint8_t *frames[FRAMES_MOST];
static uint32_t sizes[FRAMES_MOST];
static unsigned frame_count;
static ee_door door;
static atomic_uint done;
static atomic_uint refused;

static void hear(void *user, const uint8_t *frame, size_t size) {
    (void)user;
    CHECK(size > 0 && frame[0] == 0x94);
}

static void *ask(void *first) {
    for (unsigned i = (unsigned)(uintptr_t)first;; i++) {
        uint8_t *out = NULL;
        size_t size = 0;
        ee_status status = i % 5 == 4 ? ee_door_post(door, frames[i % frame_count], sizes[i % frame_count])
                                      : ee_door_call(door, frames[i % frame_count], sizes[i % frame_count], &out, &size);
        CHECK((out != NULL) == (status == EE_OK && i % 5 != 4));
        ee_free(out);
        if (status != EE_OK) {
            CHECK(status == EE_STOPPED || status == EE_CLOSED);
            atomic_fetch_add(&refused, 1);
            return NULL;
        }
        atomic_fetch_add(&done, 1);
    }
}

int main(int argc, char **argv) {
    CHECK(argc >= 4);
    FILE *file = fopen(argv[2], "rb");
    CHECK(file != NULL);
    while (frame_count < FRAMES_MOST && host_read(file, &frames[frame_count], &sizes[frame_count])) {
        frame_count++;
    }
    fclose(file);
    alarm(120);
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    for (unsigned i = 0; i < frame_count; i++) {
        uint8_t *out = NULL;
        size_t size = 0;
        EXPECT(ee_door_call(door, frames[i], sizes[i], &out, &size), EE_OK);
        ee_free(out);
    }
    EXPECT(ee_door_on_push(door, hear, NULL), EE_OK);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, ask, (void *)(uintptr_t)i) == 0);
    }
    while (atomic_load(&done) < (unsigned)atoi(argv[3])) {
        sched_yield();
    }
    if (argc > 4) {
        return 0;
    }
    EXPECT(ee_shutdown(), EE_OK);
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    CHECK(atomic_load(&refused) == THREADS);
    return 0;
}
